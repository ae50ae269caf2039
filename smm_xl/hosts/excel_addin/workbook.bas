
Private WithEvents program As Application
Private described As Boolean

Private Sub Workbook_Open()
    Set program = Application
    SmmDescribe described
End Sub

Private Sub program_WorkbookActivate(ByVal Wb As Workbook)
    If Not described Then SmmDescribe described
End Sub

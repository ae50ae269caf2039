
' What the buttons of the ribbon do. Python runs the command of the same name; a workbook of the user goes to it as a copy.

Public Sub SmmLabel(control As IRibbonControl, ByRef returned As Variant)
    returned = SmmText(control.ID)
End Sub

Public Sub SmmTip(control As IRibbonControl, ByRef returned As Variant)
    returned = SmmText(control.ID & "Tip")
End Sub

Public Sub SmmPressed(control As IRibbonControl)
    On Error GoTo failed
    If ActiveWorkbook Is Nothing And (control.ID = "SmmCheck" Or control.ID = "SmmReport" Or control.ID = "SmmReconnect") Then
        SmmTell SmmText("SmmNoBook"), 48
        Exit Sub
    End If
    Select Case control.ID
        Case "SmmNewRu": SmmNewBook "ru"
        Case "SmmNewEn": SmmNewBook "en"
        Case "SmmCheck": SmmCheckBook
        Case "SmmReport": SmmReportBook
        Case "SmmReference": SmmReferenceBook
        Case "SmmReconnect": SmmReconnectBook
        Case "SmmAbout": SmmTell SmmText("SmmAboutText"), 64
    End Select
    Exit Sub
failed:
    SmmTell Err.Description, 48
End Sub

Private Sub SmmNewBook(ByVal language As String)
    Dim path As Variant
    path = Application.GetSaveAsFilename("smm-kpi-" & language & ".xlsx", "Excel (*.xlsx), *.xlsx")
    If VarType(path) <> vbString Then Exit Sub
    If SmmDone(SmmRun("run", Array("template", "--lang", language, "-o", path))) Then Workbooks.Open path
End Sub

Private Sub SmmCheckBook()
    Dim answer As String
    answer = SmmRun("run_on_copy", Array(SmmCopy(), "check"))
    SmmTell Mid$(answer, 3), IIf(Left$(answer, 1) = "0", 64, 48)
End Sub

Private Sub SmmReportBook()
    Dim path As Variant
    path = Application.GetSaveAsFilename("smm-report.xlsx", "Excel (*.xlsx), *.xlsx")
    If VarType(path) <> vbString Then Exit Sub
    If SmmDone(SmmRun("run_on_copy", Array(SmmCopy(), "report", "-o", path))) Then Workbooks.Open path
End Sub

Private Sub SmmReferenceBook()
    Dim rows As Variant
    rows = SMM_LIST(language:=SmmLanguage())
    If Not IsArray(rows) Then Exit Sub
    With Workbooks.Add.Worksheets(1).Range("A1").Resize(UBound(rows, 1) + 1, UBound(rows, 2) + 1)
        .Value2 = rows
        .ColumnWidth = 30
        .WrapText = True
        .VerticalAlignment = xlTop
        .Rows(1).Font.Bold = True
    End With
End Sub

Private Sub SmmReconnectBook()
    ' Formulas that were saved with the add-in of another computer hold its path, as a link to another workbook.
    Dim links As Variant, link As Variant, strays As Long
    links = ActiveWorkbook.LinkSources(xlExcelLinks)
    If IsArray(links) Then
        For Each link In links
            If SmmIsStray(link) Then strays = strays + 1
        Next link
    End If
    If strays > 0 Then
        If SmmTell(SmmText("SmmReconnectAsk"), 36) <> vbYes Then Exit Sub
        For Each link In links
            If SmmIsStray(link) Then ActiveWorkbook.ChangeLink link, ThisWorkbook.FullName, xlLinkTypeExcelLinks
        Next link
    End If
    Application.CalculateFullRebuild ' also what was read before the add-in was there and shows #NAME?
    SmmTell SmmText("SmmReconnectDone"), 64
End Sub

Private Function SmmIsStray(ByVal link As String) As Boolean
    Dim file As String
    file = "\" & LCase$(ThisWorkbook.Name)
    SmmIsStray = Right$(LCase$("\" & Replace(link, "/", "\")), Len(file)) = file And LCase$(link) <> LCase$(ThisWorkbook.FullName)
End Function

Private Function SmmCopy() As String
    ' A copy with what is not saved yet; the workbook itself is not touched.
    Dim ending As String
    ending = ".xlsx"
    If InStrRev(ActiveWorkbook.Name, ".") > 0 Then ending = Mid$(ActiveWorkbook.Name, InStrRev(ActiveWorkbook.Name, "."))
    SmmCopy = Environ$("TEMP") & Application.PathSeparator & "smm-xl-" & Format$(Now, "yyyymmddhhnnss") & ending
    ActiveWorkbook.SaveCopyAs SmmCopy
End Function

Private Function SmmRun(ByVal how As String, ByVal words As Variant) As String
    ' The exit code of a command of smm-xl, a line feed, and what it says.
    Dim server As Object
    Application.Cursor = xlWait
    On Error GoTo failed
    Set server = SmmPython(False)
    SmmRun = server.Str(server.Call(server.Module("smm_xl.ribbon"), how, server.TupleFromArray(words)))
    Application.Cursor = xlDefault
    Exit Function
failed:
    Application.Cursor = xlDefault
    SmmRun = "2" & vbLf & Err.Description
End Function

Private Function SmmDone(ByVal answer As String) As Boolean
    SmmDone = Left$(answer, 1) = "0"
    If Not SmmDone Then SmmTell Mid$(answer, 3), 48
End Function

Private Function SmmTell(ByVal words As String, ByVal buttons As Long) As Long
    ' MsgBox knows no Russian on an English Windows, the popup does.
    If Len(words) > 1500 Then words = Left$(words, 1500) & " ..."
    On Error GoTo plain
    SmmTell = CreateObject("WScript.Shell").Popup(words, 0, "SMM KPI", buttons)
    Exit Function
plain:
    SmmTell = MsgBox(words, buttons, "SMM KPI")
End Function

Private Function SmmText(ByVal key As String) As String
    ' The words of a key in the language of Excel: they stand in the sheet of the add-in, because VBA holds one code page alone.
    Dim row As Variant
    row = Application.Match(key, ThisWorkbook.Worksheets(1).Columns(1), 0)
    If Not IsError(row) Then SmmText = ThisWorkbook.Worksheets(1).Cells(row, IIf(SmmLanguage() = "ru", 3, 2)).Value2
End Function

Private Function SmmLanguage() As String
    SmmLanguage = IIf(Application.LanguageSettings.LanguageID(2) = 1049, "ru", "en")
End Function

Public Sub SmmDescribe(ByRef done As Boolean)
    ' Help of the functions and of their arguments, for the function wizard. Excel refuses it while no workbook is shown; then it is
    ' tried again when one is, and until then the English descriptions of the module serve.
    Dim row As Long, column As Long, place As Long, called As String, help() As Variant
    On Error GoTo refused
    column = IIf(SmmLanguage() = "ru", 3, 2)
    With ThisWorkbook.Worksheets(1)
        row = 1
        Do While .Cells(row, 1).Value2 <> ""
            called = .Cells(row, 1).Value2
            If Left$(called, 4) = "SMM_" Then
                ReDim help(1 To .Cells(row, 4).Value2)
                For place = 1 To UBound(help)
                    help(place) = .Cells(row + place, column).Value2
                Next place
                Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!" & called, Description:=.Cells(row, column).Value2, Category:="SMM", ArgumentDescriptions:=help
            End If
            row = row + 1
        Loop
    End With
    ThisWorkbook.Saved = True
    done = True
refused:
End Sub


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
    If SmmMayWrite(path) Then SmmStart path, "", Array("template", "--lang", language, "--force", "-o", path)
End Sub

Private Sub SmmCheckBook()
    Dim copy As String
    copy = SmmCopy()
    SmmStart "", copy, Array("check", copy)
End Sub

Private Sub SmmReportBook()
    Dim path As Variant, copy As String
    path = Application.GetSaveAsFilename("smm-report.xlsx", "Excel (*.xlsx), *.xlsx")
    If VarType(path) <> vbString Then Exit Sub
    If Not SmmMayWrite(path) Then Exit Sub
    copy = SmmCopy()
    SmmStart path, copy, Array("report", copy, "--force", "-o", path)
End Sub

Private Function SmmMayWrite(ByVal path As String) As Boolean
    ' The dialog for a name does not ask whether a file that is there may be replaced.
    SmmMayWrite = True
    If CreateObject("Scripting.FileSystemObject").FileExists(path) Then SmmMayWrite = SmmTell(Replace(SmmText("SmmReplace"), "?", path, 1, 1), 292) = vbYes
End Function

Private Sub SmmReferenceBook()
    Dim rows As Variant
    SmmLiving ' where Python does not start the reason is said
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
    Dim links As Variant, link As Variant, strays As Long, left_over As Boolean, sheet As Object
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
    left_over = SmmTypeAgain() > 0
    For Each sheet In ActiveWorkbook.Worksheets
        If sheet.ProtectContents Then left_over = True ' what is there cannot be seen, nor mended
    Next sheet
    SmmTell SmmText(IIf(left_over, "SmmReconnectLeft", "SmmReconnectDone")), IIf(left_over, 48, 64)
End Sub

Private Function SmmTypeAgain() As Long
    ' Where a formula still does not know its function after the calculation was built anew, it is as if typed again. How many are left.
    Dim sheet As Object, cell As Object, lost As Collection, still As Long, how As Long
    how = Application.Calculation
    On Error GoTo ended
    Application.Calculation = xlCalculationManual ' or each cell would be followed by all that depend on it
    For Each sheet In ActiveWorkbook.Worksheets
        For Each cell In SmmLost(sheet)
            SmmType cell
        Next cell
        Set lost = SmmLost(sheet)
        still = still + lost.Count
    Next sheet
ended:
    If Err.Number <> 0 Then still = still + 1
    Application.Calculation = how
    SmmTypeAgain = still
End Function

Private Sub SmmType(ByVal cell As Object)
    ' Not by Range.Replace, which may go on to other sheets as the user's last search did. In a cell formatted as text it would become text.
    On Error Resume Next ' a protected sheet refuses
    If cell.NumberFormat = "@" Then Exit Sub
    If cell.HasArray Then
        cell.CurrentArray.FormulaArray = cell.FormulaArray
        Exit Sub
    End If
    cell.Formula2 = cell.Formula2
    If Err.Number = 438 Then cell.Formula = cell.Formula ' Excel before 365 and 2021 knows no other
End Sub

Private Function SmmLost(ByVal sheet As Object) As Collection
    ' The cells of a sheet with a formula of ours whose function is not known.
    Dim found As Collection, cell As Object, errors As Object
    Set found = New Collection
    Set errors = SmmErrors(sheet)
    If Not errors Is Nothing Then
        For Each cell In errors.Cells
            If SmmIsLost(cell) Then found.Add cell
        Next cell
    End If
    Set SmmLost = found
End Function

Private Function SmmErrors(ByVal sheet As Object) As Object
    ' The cells whose formulas give an error; nothing where there is none, and where a protected sheet does not tell.
    On Error Resume Next
    Set SmmErrors = sheet.UsedRange.SpecialCells(xlCellTypeFormulas, xlErrors)
End Function

Private Function SmmIsLost(ByVal cell As Object) As Boolean
    If CLng(cell.Value2) = 2029 Then SmmIsLost = InStr(1, cell.Formula, "SMM_", vbTextCompare) > 0
End Function

Private Function SmmIsStray(ByVal link As String) As Boolean
    Dim file As String
    file = "\" & LCase$(ThisWorkbook.Name)
    SmmIsStray = Right$(LCase$("\" & Replace(link, "/", "\")), Len(file)) = file And LCase$(link) <> LCase$(ThisWorkbook.FullName)
End Function

Private Function SmmCopy() As String
    ' A copy with what is not saved yet; the workbook itself is not touched. Python knows a folder that can be used.
    Dim ending As String, server As Object
    ending = ".xlsx"
    If InStrRev(ActiveWorkbook.Name, ".") > 0 Then ending = Mid$(ActiveWorkbook.Name, InStrRev(ActiveWorkbook.Name, "."))
    Set server = SmmLiving()
    SmmCopy = server.Str(server.Call(server.Module("smm_xl.ribbon"), "new_path", server.TupleFromArray(Array(ending))))
    ActiveWorkbook.SaveCopyAs SmmCopy
End Function

Private Sub SmmStart(ByVal result As String, ByVal copy As String, ByVal words As Variant)
    ' A command in a process of its own; Excel goes on meanwhile and looks each second whether it has ended.
    ' result: the workbook to open then; copy: a file to delete then.
    Dim server As Object, running As String
    Set server = SmmLiving()
    running = server.Str(server.Call(server.Module("smm_xl.ribbon"), "start", server.TupleFromArray(Array(SmmLanguage(), copy, words))))
    If SmmRunning().Count = 0 Then SmmLater
    SmmRunning().Add Array(running, result)
    Application.StatusBar = SmmText("SmmWorking")
End Sub

Private Sub SmmLater()
    Application.OnTime Now + TimeSerial(0, 0, 1), "'" & ThisWorkbook.Name & "'!SmmLook"
End Sub

Public Sub SmmLook()
    ' What commands that were started have to say. Nothing may go wrong here unseen, and each answer is given once.
    Dim running As Collection, place As Long, answer As String, result As String, reason As String
    On Error GoTo failed
    Set running = SmmRunning()
    For place = running.Count To 1 Step -1
        result = running.Item(place)(1)
        answer = SmmAnswer(running.Item(place)(0))
        If answer <> "" Then
            running.Remove place
            If running.Count = 0 Then Application.StatusBar = False
            If Left$(answer, 1) = "0" And result <> "" Then
                SmmOpen result
            Else
                SmmTell Mid$(answer, 3), IIf(Left$(answer, 1) = "0", 64, 48)
            End If
        End If
    Next place
    If running.Count > 0 Then SmmLater
    Exit Sub
failed:
    reason = Err.Description
    Do While running.Count > 0
        running.Remove 1
    Loop
    Application.StatusBar = False
    SmmTell reason, 48
End Sub

Private Function SmmRunning() As Collection
    ' The commands that were started: what Python calls each, and the workbook to open when it has ended.
    Static held As Collection
    If held Is Nothing Then Set held = New Collection
    Set SmmRunning = held
End Function

Private Function SmmLiving() As Object
    ' The Python process, started anew where it was ended.
    Dim server As Object
    Set server = SmmPython(False)
    If SmmDied(server) Then
        Set server = Nothing
        Set server = SmmPython(True)
    End If
    Set SmmLiving = server
End Function

Private Sub SmmOpen(ByVal path As String)
    ' Excel refuses, for instance, while a workbook of the same name is open; it says why.
    On Error GoTo refused
    Workbooks.Open path
    Exit Sub
refused:
    SmmTell path & vbLf & Err.Description, 48
End Sub

Private Function SmmAnswer(ByVal running As String) As String
    ' The exit code of a command, a line feed, and what it says; nothing while it runs.
    Dim server As Object
    Set server = SmmLiving()
    SmmAnswer = server.Str(server.Call(server.Module("smm_xl.ribbon"), "answer", server.TupleFromArray(Array(running))))
End Function

Private Function SmmText(ByVal key As String) As String
    ' The words of a key in the language of Excel: they stand in the sheet of the add-in, because VBA holds one code page alone.
    Dim row As Variant
    row = Application.Match(key, ThisWorkbook.Worksheets(1).UsedRange.Columns(1), 0)
    If Not IsError(row) Then SmmText = ThisWorkbook.Worksheets(1).Cells(row, IIf(SmmLanguage() = "ru", 3, 2)).Value2
End Function

Public Sub SmmDescribe(ByRef done As Boolean)
    ' Help of the functions and of their arguments, for the function wizard. Excel refuses it while no workbook is shown; then it is
    ' tried again when one is, three times at most, and until then the English descriptions of the module serve.
    Static rounds As Long
    Static told As String
    Dim row As Long, column As Long, place As Long, called As String, refused As Long, help() As Variant
    column = IIf(SmmLanguage() = "ru", 3, 2)
    With ThisWorkbook.Worksheets(1)
        row = 1
        Do While .Cells(row, 1).Value2 <> ""
            called = .Cells(row, 1).Value2
            If Left$(called, 4) = "SMM_" And InStr(told, "!" & called & "!") = 0 Then
                ReDim help(1 To .Cells(row, 4).Value2)
                For place = 1 To UBound(help)
                    help(place) = .Cells(row + place, column).Value2
                Next place
                If SmmHelped(called, .Cells(row, column).Value2, help) Then told = told & "!" & called & "!" Else refused = refused + 1
            End If
            row = row + 1
        Loop
    End With
    ThisWorkbook.Saved = True
    rounds = rounds + 1
    done = refused = 0 Or rounds = 3
End Sub

Private Function SmmHelped(ByVal called As String, ByVal about As String, ByVal help As Variant) As Boolean
    On Error GoTo refused ' for one function; the others are told all the same
    Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!" & called, Description:=about, Category:="SMM", ArgumentDescriptions:=help
    SmmHelped = True
refused:
End Function

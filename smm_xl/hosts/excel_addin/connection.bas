' The connection with Python. The DLL of xlwings starts Python by a command line that names no workbook and no folder of one, and no
' file of settings decides what is started.
#If Win64 Then
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-{version}.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
    Private Const SMM_LIBRARY As String = "xlwings64-{version}.dll"
#Else
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-{version}.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
    Private Const SMM_LIBRARY As String = "xlwings32-{version}.dll"
#End If
Private Declare PtrSafe Function SmmBox Lib "user32" Alias "MessageBoxW" (ByVal owner As LongPtr, ByVal words As LongPtr, ByVal title As LongPtr, ByVal buttons As Long) As Long
Private Declare PtrSafe Function SmmLoadLibrary Lib "kernel32" Alias "LoadLibraryExW" (ByVal path As LongPtr, ByVal unused As LongPtr, ByVal flags As Long) As LongPtr

Private Function SmmPython(ByVal anew As Boolean) As Object
    ' The Python process, started once. After a failed start it is not tried again for a while, or every cell would wait for it.
    Static server As Object
    Static starts As Long, failures As Long
    Static failed As Date
    Static command As String, reason As String
    If anew And Not server Is Nothing Then
        Set server = Nothing
        SmmEnd command
    End If
    If server Is Nothing Then
        If failures > 0 And Abs(Now - failed) * 86400 < SmmPause(failures) Then Err.Raise vbObjectError + 1, "smm-xl", reason
        On Error GoTo broken
        starts = starts + 1
        command = SmmCommand(starts, failures)
        Set server = SmmStarted(command)
        failures = 0
    End If
    Set SmmPython = server
    Exit Function
broken:
    reason = Err.Description
    failures = failures + 1
    failed = Now
    On Error GoTo 0
    Err.Raise vbObjectError + 1, "smm-xl", reason
End Function

Private Function SmmPause(ByVal failures As Long) As Long
    ' Seconds from a failed start to the next try: 10, 20, then 40.
    SmmPause = 10 * 2 ^ IIf(failures > 3, 2, failures - 1)
End Function

Private Function SmmStarted(ByVal command As String) As Object
    Dim result As Variant, before As String, after As String
    SmmLoad SmmInterpreter()
    before = SmmLastOfLog()
    If XLPyDLLActivateAuto(result, command, 1) = 0 Then
        Set SmmStarted = result
        Exit Function
    End If
    after = SmmLastOfLog()
    If after = before Or after = "" Then
        after = Replace(Split(CStr(result) & "Command:", "Command:")(0), vbLf, " ") ' the DLL adds the whole command
    Else
        after = Mid$(after, Len("2026-01-01 00:00:00 ") + 1)
    End If
    Err.Raise vbObjectError + 1, "smm-xl", after
End Function

Private Sub SmmEnd(ByVal command As String)
    ' What is left of a process that no longer answers is ended.
    Dim unused As Variant
    On Error Resume Next
    XLPyDLLActivateAuto unused, command, -1
End Sub

Private Function SmmCommand(ByVal start As Long, ByVal failures As Long) As String
    ' The DLL knows a server by its command, and one that has died stays dead for it: so the number of the start is a part. The first two
    ' tries have few seconds, because Excel stands still; on a PC where these are too few the later ones have more.
    Dim limit As Long
    limit = IIf(failures > 1, {long}, {limit})
    SmmCommand = """" & SmmInterpreter() & {command}
End Function

Private Sub SmmLoad(ByVal python As String)
    ' The DLL stands beside Python, or above it in a virtual environment; nothing is looked for elsewhere, such as in the current folder.
    Dim folder As String, above As String
    With CreateObject("Scripting.FileSystemObject")
        If Not .FileExists(python) Then Err.Raise vbObjectError + 1, "smm-xl", Replace(SmmSaid("nowhere"), "?", python)
        folder = .GetParentFolderName(python)
        above = .GetParentFolderName(folder)
    End With
    If SmmLoadLibrary(StrPtr(folder & "\" & SMM_LIBRARY), 0, &H900) <> 0 Then Exit Sub
    If SmmLoadLibrary(StrPtr(above & "\" & SMM_LIBRARY), 0, &H900) <> 0 Then Exit Sub
    Err.Raise vbObjectError + 1, "smm-xl", Replace(SmmSaid("no library"), "?", folder & "\" & SMM_LIBRARY)
End Sub

Private Function SmmDied(ByVal server As Object) As Boolean
    ' Whether a process has ended: its errors of COM, and VBA's own for the first of them. Others leave it alone.
    On Error Resume Next
    server.Bool True
    Select Case Err.Number
        Case 462, &H800706BA, &H800706BE, &H80010007, &H80010108: SmmDied = True
    End Select
End Function

Private Function SmmLastOfLog() As String
    ' The last line of the log, with its time; a log that cannot be read is one that says nothing.
    Dim lines As Variant
    On Error GoTo unreadable
    With CreateObject("ADODB.Stream")
        .Charset = "utf-8"
        .Open
        .LoadFromFile CreateObject("WScript.Shell").ExpandEnvironmentStrings("%USERPROFILE%\{log}")
        lines = Split(.ReadText, vbLf)
        .Close
    End With
    SmmLastOfLog = Replace(lines(UBound(lines) - 1), vbCr, "")
unreadable:
End Function

Private Sub SmmFailed(ByVal reason As String)
    ' A cell can only show #VALUE!, so each reason is said once; where nobody would see it, or a program drives Excel, it is not.
    Static told As String
    If reason = told Or Not (Application.Visible And Application.UserControl And Application.Interactive And Application.DisplayAlerts) Then Exit Sub
    told = reason
    SmmTell Replace(SmmSaid("failed"), "?", reason), 48
End Sub

Private Function SmmTell(ByVal words As String, ByVal buttons As Long) As Long
    ' MsgBox knows no Russian on an English Windows, this one does. It belongs to the window of Excel and comes to the front.
    Dim title As String
    title = "SMM KPI"
    If Len(words) > 1500 Then words = Left$(words, 1500) & " ..."
    SmmTell = SmmBox(Application.Hwnd, StrPtr(words), StrPtr(title), buttons Or &H10000)
End Function

Private Function SmmLanguage() As String
    SmmLanguage = IIf(Application.LanguageSettings.LanguageID(2) = 1049, "ru", "en")
End Function

Private Function SmmSaid(ByVal key As String) As String
    Select Case key & " " & SmmLanguage()
{words}    End Select
End Function

Private Function SmmUnfolded(ByVal folded As String) As String
    ' Text of a module is ASCII: other letters stand in braces, {0041} is an A.
    Dim place As Long
    SmmUnfolded = folded
    place = InStr(SmmUnfolded, "{")
    Do While place > 0
        SmmUnfolded = Left$(SmmUnfolded, place - 1) & ChrW$(CLng("&H" & Mid$(SmmUnfolded, place + 1, 4))) & Mid$(SmmUnfolded, place + 6)
        place = InStr(place + 1, SmmUnfolded, "{")
    Loop
End Function


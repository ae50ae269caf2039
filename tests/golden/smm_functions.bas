Attribute VB_Name = "smm_functions"
Option Explicit
' Written by smm-xl 0.2.0 from its catalog; do not edit, the next version replaces it.
' The connection with Python. The DLL of xlwings starts Python by a command line that names no workbook and no folder of one, and no
' file of settings decides what is started.
#If Win64 Then
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-0.37.8.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
    Private Const SMM_LIBRARY As String = "xlwings64-0.37.8.dll"
#Else
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-0.37.8.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
    Private Const SMM_LIBRARY As String = "xlwings32-0.37.8.dll"
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
    limit = IIf(failures > 1, 20, 4)
    SmmCommand = """" & SmmInterpreter() & """ -B -E -P -c ""import faulthandler as f,time;f.dump_traceback_later(" & limit & ",exit=True,file=2);t=time.monotonic();from smm_xl.hosts.excel_addin.server import serve;serve('$(CLSID)',t+" & limit & "," & start & ")"""
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
        .LoadFromFile CreateObject("WScript.Shell").ExpandEnvironmentStrings("%USERPROFILE%\.smm_xl\smm-xl.log")
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
        Case "failed en": SmmSaid = SmmUnfolded("Cells with SMM functions show #VALUE!, because Python does not answer: ?{000A}{000A}What i" & _
            "s wrong, and how to mend it, says in a terminal: smm-xl addin doctor --host exce" & _
            "l{000A}To count anew afterwards wait a minute and press Ctrl+Alt+F9.")
        Case "failed ru": SmmSaid = SmmUnfolded("{042F}{0447}{0435}{0439}{043A}{0438} {0441} {0444}{0443}{043D}{043A}{0446}{0438}{044F}{043C}{0438} SMM {043F}{043E}{043A}{0430}{0437}{044B}{0432}{0430}{044E}{0442} #{0417}{041D}{0410}{0427}!, {043F}{043E}{0442}{043E}{043C}{0443} {0447}{0442}{043E} Python {043D}{0435} {043E}{0442}{0432}{0435}{0447}{0430}{0435}{0442}: ?{000A}{000A}{0427}{0442}{043E} " & _
            "{043D}{0435} {0442}{0430}{043A} {0438} {043A}{0430}{043A} {0438}{0441}{043F}{0440}{0430}{0432}{0438}{0442}{044C}, {0441}{043A}{0430}{0436}{0435}{0442} {0432} {0442}{0435}{0440}{043C}{0438}{043D}{0430}{043B}{0435}: smm-xl addin doctor --host excel{000A}{0427}{0442}{043E}" & _
            "{0431}{044B} {0437}{0430}{0442}{0435}{043C} {043F}{0435}{0440}{0435}{0441}{0447}{0438}{0442}{0430}{0442}{044C}, {043F}{043E}{0434}{043E}{0436}{0434}{0438}{0442}{0435} {043C}{0438}{043D}{0443}{0442}{0443} {0438} {043D}{0430}{0436}{043C}{0438}{0442}{0435} Ctrl+Alt+F9.")
        Case "nowhere en": SmmSaid = SmmUnfolded("there is no Python at ? on this PC; close Excel and run: smm-xl addin install --" & _
            "host excel (or install.cmd of the zip with Python)")
        Case "nowhere ru": SmmSaid = SmmUnfolded("{043D}{0430} {044D}{0442}{043E}{043C} {043A}{043E}{043C}{043F}{044C}{044E}{0442}{0435}{0440}{0435} {043D}{0435}{0442} Python: ?. {0417}{0430}{043A}{0440}{043E}{0439}{0442}{0435} Excel {0438} {0432}{044B}{043F}{043E}{043B}{043D}{0438}{0442}{0435}: smm-xl addin insta" & _
            "ll --host excel ({0438}{043B}{0438} install.cmd {0438}{0437} {0430}{0440}{0445}{0438}{0432}{0430} {0441} Python)")
        Case "no library en": SmmSaid = SmmUnfolded("the library ? cannot be loaded; install xlwings anew, close Excel and run: smm-x" & _
            "l addin install --host excel")
        Case "no library ru": SmmSaid = SmmUnfolded("{043D}{0435} {0443}{0434}{0430}{0451}{0442}{0441}{044F} {0437}{0430}{0433}{0440}{0443}{0437}{0438}{0442}{044C} {0431}{0438}{0431}{043B}{0438}{043E}{0442}{0435}{043A}{0443} ?. {0423}{0441}{0442}{0430}{043D}{043E}{0432}{0438}{0442}{0435} xlwings {0437}{0430}{043D}{043E}{0432}{043E}, {0437}{0430}{043A}{0440}{043E}{0439}{0442}{0435} Excel {0438} {0432}" & _
            "{044B}{043F}{043E}{043B}{043D}{0438}{0442}{0435}: smm-xl addin install --host excel")
    End Select
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


' What the functions below share.

Private Function SmmCall(ByVal called As String, ByVal takes As String, ByVal given As Variant) As Variant
    Dim values As Variant, tries As Long, server As Object, reason As String
    On Error GoTo unreadable
    values = SmmRead(takes, given)
again:
    On Error GoTo failed
    Set server = SmmPython(tries > 0)
    SmmCall = SmmShown(server.CallUDF("smm_xl.hosts.excel", (called), (values))) ' in brackets: COM would bring variables back, too
    Exit Function
failed:
    reason = Err.Description
    If tries = 0 And Not server Is Nothing Then
        tries = 1
        If SmmDied(server) Then
            Set server = Nothing
            Resume again ' the process was ended; it is started anew once
        End If
    End If
    SmmFailed reason
unreadable:
    SmmCall = CVErr(2015)
End Function

Private Function SmmRead(ByVal takes As String, ByVal given As Variant) As Variant
    ' Values go to Python and not Range objects, which would ask back for each cell.
    Dim taken() As Variant, place As Long, most As Long
    most = SmmRowsInUse(given)
    ReDim taken(LBound(given) To UBound(given))
    For place = LBound(given) To UBound(given)
        If IsObject(given(place)) Then
            taken(place) = SmmCells(given(place), most, Mid$(takes, place + 1, 1))
        Else
            taken(place) = given(place)
            If Mid$(takes, place + 1, 1) = "D" Then
                If VarType(given(place)) = vbDouble Or IsArray(given(place)) Then taken(place) = SmmDay(given(place))
            End If
        End If
    Next place
    SmmRead = taken
End Function

Private Function SmmCells(ByVal cells As Object, ByVal most As Long, ByVal takes As String) As Variant
    If cells.Areas.Count > 1 Then Err.Raise 5 ' of several areas Value2 gives the first alone
    If cells.Rows.Count > most Then Set cells = cells.Resize(most)
    SmmCells = cells.Value2
    If takes = "D" Or takes = "R" Then
        If cells.Worksheet.Parent.Date1904 Then SmmCells = cells.Value ' days of the 1904 system, as dates
    End If
End Function

Private Function SmmRowsInUse(given As Variant) As Long
    ' Of whole columns only the rows up to the last one in use; columns of one height stay of one height.
    Const TALL As Long = 5000
    Const ALL_ROWS As Long = 1048576
    Dim place As Long, height As Long, last As Long
    For place = LBound(given) To UBound(given)
        If IsObject(given(place)) Then
            If given(place).Rows.Count > TALL Then
                If height <> 0 And height <> given(place).Rows.Count Then
                    SmmRowsInUse = ALL_ROWS
                    Exit Function
                End If
                height = given(place).Rows.Count
                With given(place).Worksheet.UsedRange
                    last = .Row + .Rows.Count - given(place).Row
                End With
                If last > SmmRowsInUse Then SmmRowsInUse = last
            End If
        End If
    Next place
    If height = 0 Then
        SmmRowsInUse = ALL_ROWS
    ElseIf SmmRowsInUse < TALL Then
        SmmRowsInUse = TALL
    End If
End Function

Private Function SmmDay(ByVal given As Variant) As Variant
    ' A day that was worked out in a book of the 1904 system, such as TODAY().
    SmmDay = given
    If TypeName(Application.Caller) <> "Range" Then Exit Function
    If Not Application.Caller.Worksheet.Parent.Date1904 Then Exit Function
    SmmDay = SmmEach(given, True)
End Function

Private Function SmmShown(ByVal found As Variant) As Variant
    SmmShown = SmmEach(found, False)
End Function

Private Function SmmEach(ByVal given As Variant, ByVal days As Boolean) As Variant
    ' A value, or each of an array, with one change.
    Dim row As Long, column As Long, across As Long
    If IsArray(given) Then
        across = SmmAcross(given)
        For row = LBound(given, 1) To UBound(given, 1)
            If across = 0 Then
                given(row) = SmmChanged(given(row), days)
            Else
                For column = LBound(given, 2) To UBound(given, 2)
                    given(row, column) = SmmChanged(given(row, column), days)
                Next column
            End If
        Next row
        SmmEach = given
    Else
        SmmEach = SmmChanged(given, days)
    End If
End Function

Private Function SmmAcross(given As Variant) As Long
    ' How many columns an array has; 0 where it is one row.
    On Error Resume Next
    SmmAcross = UBound(given, 2) - LBound(given, 2) + 1
End Function

Private Function SmmChanged(ByVal given As Variant, ByVal days As Boolean) As Variant
    SmmChanged = given
    If days Then
        If VarType(given) = vbDouble Then SmmChanged = given + 1462
    ElseIf VarType(given) = vbString Then
        If Left$(given, 1) = "#" Then SmmChanged = SmmError(given)
    End If
End Function


Private Function SmmInterpreter() As String
    SmmInterpreter = ThisWorkbook.Worksheets(1).Range("B1").Value2
End Function
Private Function SmmError(ByVal given As String) As Variant
    Select Case given
        Case "#NULL!": SmmError = CVErr(2000)
        Case "#DIV/0!": SmmError = CVErr(2007)
        Case "#VALUE!": SmmError = CVErr(2015)
        Case "#REF!": SmmError = CVErr(2023)
        Case "#NAME?": SmmError = CVErr(2029)
        Case "#NUM!": SmmError = CVErr(2036)
        Case "#N/A": SmmError = CVErr(2042)
        Case "#GETTING_DATA": SmmError = CVErr(2043)
        Case "#SPILL!": SmmError = CVErr(2045)
        Case "#CALC!": SmmError = CVErr(2050)
        Case Else: SmmError = given
    End Select
End Function

Public Function SMM_NET_FOLLOWERS(new_followers, unfollows)
Attribute SMM_NET_FOLLOWERS.VB_Description = "New followers less unfollows; below zero when the audience shrinks."
Attribute SMM_NET_FOLLOWERS.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_NET_FOLLOWERS = SmmCall("SMM_NET_FOLLOWERS", "", Array(new_followers, unfollows))
End Function

Public Function SMM_GROWTH_RATE(new_followers, followers)
Attribute SMM_GROWTH_RATE.VB_Description = "New followers over all followers, as the article has it: gross, it shows growth even while the audience shrinks. For the net rate use SMM_NET_GROWTH_RATE."
Attribute SMM_GROWTH_RATE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_GROWTH_RATE = SmmCall("SMM_GROWTH_RATE", "", Array(new_followers, followers))
End Function

Public Function SMM_NET_GROWTH_RATE(followers_start, followers_end)
Attribute SMM_NET_GROWTH_RATE.VB_Description = "Change of followers over the period divided by followers at its start."
Attribute SMM_NET_GROWTH_RATE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_NET_GROWTH_RATE = SmmCall("SMM_NET_GROWTH_RATE", "", Array(followers_start, followers_end))
End Function

Public Function SMM_CHURN_RATE(unfollows, followers_start)
Attribute SMM_CHURN_RATE.VB_Description = "Unfollows divided by followers at the start of the period."
Attribute SMM_CHURN_RATE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CHURN_RATE = SmmCall("SMM_CHURN_RATE", "", Array(unfollows, followers_start))
End Function

Public Function SMM_TOTAL_VIEWS(views)
Attribute SMM_TOTAL_VIEWS.VB_Description = "Views of all posts added up, which the article calls reach: views, not unique people. Unique reach is SMM_REACH."
Attribute SMM_TOTAL_VIEWS.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_TOTAL_VIEWS = SmmCall("SMM_TOTAL_VIEWS", "", Array(views))
End Function

Public Function SMM_REACH(reach)
Attribute SMM_REACH.VB_Description = "People reached, counted once: the platform's own figure for exactly this period and channel. It cannot be added, so several values give #N/A."
Attribute SMM_REACH.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_REACH = SmmCall("SMM_REACH", "", Array(reach))
End Function

Public Function SMM_REACH_BOUNDS(reach, Optional impressions)
Attribute SMM_REACH_BOUNDS.VB_Description = "Unique reach of several days or posts lies between the largest of them and the smaller of their sum and the impressions. Two cells: low, high."
Attribute SMM_REACH_BOUNDS.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_REACH_BOUNDS = SmmCall("SMM_REACH_BOUNDS", "", Array(reach, impressions))
End Function

Public Function SMM_REACH_RATE(reach, followers)
Attribute SMM_REACH_RATE.VB_Description = "Unique reach divided by followers; above 1 when posts reach people who do not follow."
Attribute SMM_REACH_RATE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_REACH_RATE = SmmCall("SMM_REACH_RATE", "", Array(reach, followers))
End Function

Public Function SMM_AVG_REACH(post_reach, posts)
Attribute SMM_AVG_REACH.VB_Description = "Reach of each post added up and divided by the number of posts."
Attribute SMM_AVG_REACH.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_AVG_REACH = SmmCall("SMM_AVG_REACH", "", Array(post_reach, posts))
End Function

Public Function SMM_FREQUENCY(impressions, reach)
Attribute SMM_FREQUENCY.VB_Description = "Impressions divided by unique reach: how often one person saw it."
Attribute SMM_FREQUENCY.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_FREQUENCY = SmmCall("SMM_FREQUENCY", "", Array(impressions, reach))
End Function

Public Function SMM_ENGAGEMENTS(likes, comments, reposts, Optional saves)
Attribute SMM_ENGAGEMENTS.VB_Description = "Likes, comments, reposts and saves added up; saves count 0 where a platform does not report them."
Attribute SMM_ENGAGEMENTS.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_ENGAGEMENTS = SmmCall("SMM_ENGAGEMENTS", "", Array(likes, comments, reposts, saves))
End Function

Public Function SMM_ER(engagements, followers)
Attribute SMM_ER.VB_Description = "Engagements divided by followers."
Attribute SMM_ER.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_ER = SmmCall("SMM_ER", "", Array(engagements, followers))
End Function

Public Function SMM_ERR(engagements, post_reach)
Attribute SMM_ERR.VB_Description = "Engagements divided by the reach of the posts. In Telegram ERR usually means SMM_VIEW_RATE."
Attribute SMM_ERR.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_ERR = SmmCall("SMM_ERR", "", Array(engagements, post_reach))
End Function

Public Function SMM_ER_VIEWS(engagements, views)
Attribute SMM_ER_VIEWS.VB_Description = "Engagements divided by views."
Attribute SMM_ER_VIEWS.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_ER_VIEWS = SmmCall("SMM_ER_VIEWS", "", Array(engagements, views))
End Function

Public Function SMM_ER_POST(engagements, followers, posts)
Attribute SMM_ER_POST.VB_Description = "Engagements divided by followers and by the number of posts."
Attribute SMM_ER_POST.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_ER_POST = SmmCall("SMM_ER_POST", "", Array(engagements, followers, posts))
End Function

Public Function SMM_ER_DAY(engagements, followers, days)
Attribute SMM_ER_DAY.VB_Description = "Engagements divided by followers and by the days of the period."
Attribute SMM_ER_DAY.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_ER_DAY = SmmCall("SMM_ER_DAY", "", Array(engagements, followers, days))
End Function

Public Function SMM_VIEW_RATE(views, posts, followers)
Attribute SMM_VIEW_RATE.VB_Description = "Average views of a post divided by followers; in Telegram this is called ERR."
Attribute SMM_VIEW_RATE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_VIEW_RATE = SmmCall("SMM_VIEW_RATE", "", Array(views, posts, followers))
End Function

Public Function SMM_LOVE_RATE(likes, followers)
Attribute SMM_LOVE_RATE.VB_Description = "Likes divided by followers."
Attribute SMM_LOVE_RATE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_LOVE_RATE = SmmCall("SMM_LOVE_RATE", "", Array(likes, followers))
End Function

Public Function SMM_TALK_RATE(comments, followers)
Attribute SMM_TALK_RATE.VB_Description = "Comments divided by followers."
Attribute SMM_TALK_RATE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_TALK_RATE = SmmCall("SMM_TALK_RATE", "", Array(comments, followers))
End Function

Public Function SMM_AMPLIFICATION(reposts, followers)
Attribute SMM_AMPLIFICATION.VB_Description = "Reposts divided by followers."
Attribute SMM_AMPLIFICATION.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_AMPLIFICATION = SmmCall("SMM_AMPLIFICATION", "", Array(reposts, followers))
End Function

Public Function SMM_VIRALITY(reposts, impressions)
Attribute SMM_VIRALITY.VB_Description = "Reposts divided by impressions."
Attribute SMM_VIRALITY.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_VIRALITY = SmmCall("SMM_VIRALITY", "", Array(reposts, impressions))
End Function

Public Function SMM_SAVE_RATE(saves, post_reach)
Attribute SMM_SAVE_RATE.VB_Description = "Saves divided by the reach of the posts."
Attribute SMM_SAVE_RATE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_SAVE_RATE = SmmCall("SMM_SAVE_RATE", "", Array(saves, post_reach))
End Function

Public Function SMM_ENGAGEMENTS_PER_POST(engagements, posts)
Attribute SMM_ENGAGEMENTS_PER_POST.VB_Description = "Engagements divided by the number of posts."
Attribute SMM_ENGAGEMENTS_PER_POST.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_ENGAGEMENTS_PER_POST = SmmCall("SMM_ENGAGEMENTS_PER_POST", "", Array(engagements, posts))
End Function

Public Function SMM_CTR(clicks, impressions)
Attribute SMM_CTR.VB_Description = "Clicks divided by impressions; above 1 is possible for a carousel."
Attribute SMM_CTR.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CTR = SmmCall("SMM_CTR", "", Array(clicks, impressions))
End Function

Public Function SMM_TRAFFIC_SHARE(social_visits, all_visits)
Attribute SMM_TRAFFIC_SHARE.VB_Description = "Visits from social networks divided by all visits of the site."
Attribute SMM_TRAFFIC_SHARE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_TRAFFIC_SHARE = SmmCall("SMM_TRAFFIC_SHARE", "", Array(social_visits, all_visits))
End Function

Public Function SMM_CONVERSION_RATE(conversions, visits)
Attribute SMM_CONVERSION_RATE.VB_Description = "Target actions divided by visits to the site."
Attribute SMM_CONVERSION_RATE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CONVERSION_RATE = SmmCall("SMM_CONVERSION_RATE", "", Array(conversions, visits))
End Function

Public Function SMM_CR_CLICK_LEAD(leads, clicks)
Attribute SMM_CR_CLICK_LEAD.VB_Description = "Leads divided by clicks; above 1 is possible where views count as well."
Attribute SMM_CR_CLICK_LEAD.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CR_CLICK_LEAD = SmmCall("SMM_CR_CLICK_LEAD", "", Array(leads, clicks))
End Function

Public Function SMM_CR_LEAD_CUSTOMER(customers, leads)
Attribute SMM_CR_LEAD_CUSTOMER.VB_Description = "Customers divided by leads."
Attribute SMM_CR_LEAD_CUSTOMER.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CR_LEAD_CUSTOMER = SmmCall("SMM_CR_LEAD_CUSTOMER", "", Array(customers, leads))
End Function

Public Function SMM_CR_CLICK_CUSTOMER(customers, clicks)
Attribute SMM_CR_CLICK_CUSTOMER.VB_Description = "Customers divided by clicks."
Attribute SMM_CR_CLICK_CUSTOMER.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CR_CLICK_CUSTOMER = SmmCall("SMM_CR_CLICK_CUSTOMER", "", Array(customers, clicks))
End Function

Public Function SMM_AOV(revenue, orders)
Attribute SMM_AOV.VB_Description = "Revenue divided by orders."
Attribute SMM_AOV.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_AOV = SmmCall("SMM_AOV", "", Array(revenue, orders))
End Function

Public Function SMM_LTV(aov, orders_per_customer, margin)
Attribute SMM_LTV.VB_Description = "Gross profit that one customer brings: average order value, times orders per customer, times margin."
Attribute SMM_LTV.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_LTV = SmmCall("SMM_LTV", "", Array(aov, orders_per_customer, margin))
End Function

Public Function SMM_TOTAL_COST(spend, Optional labour_cost, Optional content_cost, Optional tools_cost)
Attribute SMM_TOTAL_COST.VB_Description = "Ad spend, labour, content and tools added up; parts left out count 0."
Attribute SMM_TOTAL_COST.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_TOTAL_COST = SmmCall("SMM_TOTAL_COST", "", Array(spend, labour_cost, content_cost, tools_cost))
End Function

Public Function SMM_BUDGET_USE(spend, budget)
Attribute SMM_BUDGET_USE.VB_Description = "Ad spend divided by the planned budget."
Attribute SMM_BUDGET_USE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_BUDGET_USE = SmmCall("SMM_BUDGET_USE", "", Array(spend, budget))
End Function

Public Function SMM_CPM(spend, impressions)
Attribute SMM_CPM.VB_Description = "Ad spend for a thousand impressions."
Attribute SMM_CPM.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CPM = SmmCall("SMM_CPM", "", Array(spend, impressions))
End Function

Public Function SMM_CPC(spend, clicks)
Attribute SMM_CPC.VB_Description = "Ad spend divided by clicks."
Attribute SMM_CPC.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CPC = SmmCall("SMM_CPC", "", Array(spend, clicks))
End Function

Public Function SMM_CPL(spend, leads)
Attribute SMM_CPL.VB_Description = "Ad spend divided by leads. A range is one total: all spend by all leads, never the mean of rows."
Attribute SMM_CPL.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CPL = SmmCall("SMM_CPL", "", Array(spend, leads))
End Function

Public Function SMM_CPA(spend, conversions)
Attribute SMM_CPA.VB_Description = "Ad spend divided by target actions."
Attribute SMM_CPA.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CPA = SmmCall("SMM_CPA", "", Array(spend, conversions))
End Function

Public Function SMM_CAC(spend, customers)
Attribute SMM_CAC.VB_Description = "Ad spend divided by new customers. With labour and tools it is SMM_CAC_FULL."
Attribute SMM_CAC.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CAC = SmmCall("SMM_CAC", "", Array(spend, customers))
End Function

Public Function SMM_CAC_FULL(total_cost, customers)
Attribute SMM_CAC_FULL.VB_Description = "Full cost of SMM divided by new customers."
Attribute SMM_CAC_FULL.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CAC_FULL = SmmCall("SMM_CAC_FULL", "", Array(total_cost, customers))
End Function

Public Function SMM_CPE(spend, engagements)
Attribute SMM_CPE.VB_Description = "Ad spend divided by engagements."
Attribute SMM_CPE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CPE = SmmCall("SMM_CPE", "", Array(spend, engagements))
End Function

Public Function SMM_CPV(spend, views)
Attribute SMM_CPV.VB_Description = "Ad spend divided by views."
Attribute SMM_CPV.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CPV = SmmCall("SMM_CPV", "", Array(spend, views))
End Function

Public Function SMM_CPF(spend, new_followers)
Attribute SMM_CPF.VB_Description = "Ad spend divided by new followers."
Attribute SMM_CPF.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CPF = SmmCall("SMM_CPF", "", Array(spend, new_followers))
End Function

Public Function SMM_COST_PER_POST(total_cost, posts)
Attribute SMM_COST_PER_POST.VB_Description = "Full cost of SMM divided by the number of posts."
Attribute SMM_COST_PER_POST.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_COST_PER_POST = SmmCall("SMM_COST_PER_POST", "", Array(total_cost, posts))
End Function

Public Function SMM_ROI(gross_profit, total_cost)
Attribute SMM_ROI.VB_Description = "Gross profit less full cost, divided by full cost. Not revenue: that is ROMI with margin 1, or ROAS."
Attribute SMM_ROI.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_ROI = SmmCall("SMM_ROI", "", Array(gross_profit, total_cost))
End Function

Public Function SMM_ROMI(revenue, spend, Optional margin)
Attribute SMM_ROMI.VB_Description = "Revenue times margin less ad spend, divided by ad spend. Without a margin the whole revenue counts."
Attribute SMM_ROMI.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_ROMI = SmmCall("SMM_ROMI", "", Array(revenue, spend, margin))
End Function

Public Function SMM_ROAS(revenue, spend)
Attribute SMM_ROAS.VB_Description = "Revenue divided by ad spend."
Attribute SMM_ROAS.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_ROAS = SmmCall("SMM_ROAS", "", Array(revenue, spend))
End Function

Public Function SMM_DRR(spend, revenue)
Attribute SMM_DRR.VB_Description = "Ad spend divided by revenue."
Attribute SMM_DRR.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_DRR = SmmCall("SMM_DRR", "", Array(spend, revenue))
End Function

Public Function SMM_LTV_CAC(ltv, cac)
Attribute SMM_LTV_CAC.VB_Description = "Lifetime value of a customer divided by the cost of acquiring one."
Attribute SMM_LTV_CAC.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_LTV_CAC = SmmCall("SMM_LTV_CAC", "", Array(ltv, cac))
End Function

Public Function SMM_LABOUR_COST(hours, hourly_rate)
Attribute SMM_LABOUR_COST.VB_Description = "Hours times hourly rate, row by row, then added up; never all hours times a mean rate."
Attribute SMM_LABOUR_COST.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_LABOUR_COST = SmmCall("SMM_LABOUR_COST", "", Array(hours, hourly_rate))
End Function

Public Function SMM_PLAN_DONE(posts, posts_planned)
Attribute SMM_PLAN_DONE.VB_Description = "Posts published divided by posts planned."
Attribute SMM_PLAN_DONE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_PLAN_DONE = SmmCall("SMM_PLAN_DONE", "", Array(posts, posts_planned))
End Function

Public Function SMM_HOURS_PER_POST(hours, posts)
Attribute SMM_HOURS_PER_POST.VB_Description = "Hours divided by posts published."
Attribute SMM_HOURS_PER_POST.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_HOURS_PER_POST = SmmCall("SMM_HOURS_PER_POST", "", Array(hours, posts))
End Function

Public Function SMM_HOURS_PER_LEAD(hours, leads)
Attribute SMM_HOURS_PER_LEAD.VB_Description = "Hours divided by leads."
Attribute SMM_HOURS_PER_LEAD.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_HOURS_PER_LEAD = SmmCall("SMM_HOURS_PER_LEAD", "", Array(hours, leads))
End Function

Public Function SMM_ENGAGEMENTS_PER_HOUR(engagements, hours)
Attribute SMM_ENGAGEMENTS_PER_HOUR.VB_Description = "Engagements divided by hours."
Attribute SMM_ENGAGEMENTS_PER_HOUR.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_ENGAGEMENTS_PER_HOUR = SmmCall("SMM_ENGAGEMENTS_PER_HOUR", "", Array(engagements, hours))
End Function

Public Function SMM_RESPONSE_RATE(answered, incoming)
Attribute SMM_RESPONSE_RATE.VB_Description = "Messages answered divided by messages received."
Attribute SMM_RESPONSE_RATE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_RESPONSE_RATE = SmmCall("SMM_RESPONSE_RATE", "", Array(answered, incoming))
End Function

Public Function SMM_GAP(fact, target)
Attribute SMM_GAP.VB_Description = "Fact less target, in the KPI's unit; of a share it is in percentage points. Works row by row."
Attribute SMM_GAP.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_GAP = SmmCall("SMM_GAP", "", Array(fact, target))
End Function

Public Function SMM_GAP_PCT(fact, target)
Attribute SMM_GAP_PCT.VB_Description = "Fact less target, relative to the target: 0.1 is 10 % above it. Works row by row."
Attribute SMM_GAP_PCT.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_GAP_PCT = SmmCall("SMM_GAP_PCT", "", Array(fact, target))
End Function

Public Function SMM_ATTAINMENT(fact, target, Optional better, Optional baseline, Optional method)
Attribute SMM_ATTAINMENT.VB_Description = "How far the target is reached: 1 at the target, also where lower is better (then target by fact). Name the KPI (""cpl"") and it knows the direction."
Attribute SMM_ATTAINMENT.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_ATTAINMENT = SmmCall("SMM_ATTAINMENT", "", Array(fact, target, better, baseline, method))
End Function

Public Function SMM_STATUS(attainment, Optional green, Optional amber, Optional language)
Attribute SMM_STATUS.VB_Description = "On plan from 1, at risk from 0.9, else behind; no data where the attainment is unknown. A sign and a word."
Attribute SMM_STATUS.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_STATUS = SmmCall("SMM_STATUS", "", Array(attainment, green, amber, language))
End Function

Public Function SMM_CHANGE(fact, previous)
Attribute SMM_CHANGE.VB_Description = "Fact less the previous value, relative to it: 0.1 is 10 % more. Works row by row."
Attribute SMM_CHANGE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CHANGE = SmmCall("SMM_CHANGE", "", Array(fact, previous))
End Function

Public Function SMM_FORECAST(fact, as_of, period_start, period_end)
Attribute SMM_FORECAST.VB_Description = "Where the period ends at the pace so far: fact by days passed, times days of the period. The day of the data counts as passed."
Attribute SMM_FORECAST.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_FORECAST = SmmCall("SMM_FORECAST", "-DDD", Array(fact, as_of, period_start, period_end))
End Function

Public Function SMM_PACE(fact, target, as_of, period_start, period_end)
Attribute SMM_PACE.VB_Description = "Fact by the part of the target that is due by now: 1 is exactly in step, 0.8 a fifth behind."
Attribute SMM_PACE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_PACE = SmmCall("SMM_PACE", "--DDD", Array(fact, target, as_of, period_start, period_end))
End Function

Public Function SMM_NEED_PER_DAY(fact, target, as_of, period_end)
Attribute SMM_NEED_PER_DAY.VB_Description = "How much each day that is left must bring to reach the target; below 0 once it is passed."
Attribute SMM_NEED_PER_DAY.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_NEED_PER_DAY = SmmCall("SMM_NEED_PER_DAY", "--DD", Array(fact, target, as_of, period_end))
End Function

Public Function SMM_SCORE(attainments, weights, Optional cap, Optional floor)
Attribute SMM_SCORE.VB_Description = "Weighted mean of attainments, each cut at cap and floor, over the KPIs whose attainment is known."
Attribute SMM_SCORE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_SCORE = SmmCall("SMM_SCORE", "R---", Array(attainments, weights, cap, floor))
End Function

Public Function SMM_BONUS(full_bonus, score, Optional scale_)
Attribute SMM_BONUS.VB_Description = "Full bonus times the payout of the score. Without a scale: below 0.8 nothing, then the score itself, at most 1.2."
Attribute SMM_BONUS.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_BONUS = SmmCall("SMM_BONUS", "", Array(full_bonus, score, scale_))
End Function

Public Function SMM_PLAN_LEADS(customers, cr_lead_customer)
Attribute SMM_PLAN_LEADS.VB_Description = "Customers wanted by the conversion of leads into customers, rounded up."
Attribute SMM_PLAN_LEADS.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_PLAN_LEADS = SmmCall("SMM_PLAN_LEADS", "", Array(customers, cr_lead_customer))
End Function

Public Function SMM_PLAN_CLICKS(leads, cr_click_lead)
Attribute SMM_PLAN_CLICKS.VB_Description = "Leads wanted by the conversion of clicks into leads, rounded up."
Attribute SMM_PLAN_CLICKS.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_PLAN_CLICKS = SmmCall("SMM_PLAN_CLICKS", "", Array(leads, cr_click_lead))
End Function

Public Function SMM_PLAN_BUDGET(clicks, cpc)
Attribute SMM_PLAN_BUDGET.VB_Description = "Clicks wanted times the price of a click."
Attribute SMM_PLAN_BUDGET.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_PLAN_BUDGET = SmmCall("SMM_PLAN_BUDGET", "", Array(clicks, cpc))
End Function

Public Function SMM_MAX_CPL(aov, margin, cr_lead_customer)
Attribute SMM_MAX_CPL.VB_Description = "What a lead may cost at most: order value times margin times conversion of leads into customers."
Attribute SMM_MAX_CPL.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_MAX_CPL = SmmCall("SMM_MAX_CPL", "", Array(aov, margin, cr_lead_customer))
End Function

Public Function SMM_MAX_CPC(aov, margin, cr_click_customer)
Attribute SMM_MAX_CPC.VB_Description = "What a click may cost at most: order value times margin times conversion of clicks into customers."
Attribute SMM_MAX_CPC.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_MAX_CPC = SmmCall("SMM_MAX_CPC", "", Array(aov, margin, cr_click_customer))
End Function

Public Function SMM_CR_LOW(successes, trials, Optional confidence)
Attribute SMM_CR_LOW.VB_Description = "The rate is hardly lower than this: Wilson interval. Ranges are added up first."
Attribute SMM_CR_LOW.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CR_LOW = SmmCall("SMM_CR_LOW", "", Array(successes, trials, confidence))
End Function

Public Function SMM_CR_HIGH(successes, trials, Optional confidence)
Attribute SMM_CR_HIGH.VB_Description = "The rate is hardly higher than this: Wilson interval. Ranges are added up first."
Attribute SMM_CR_HIGH.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_CR_HIGH = SmmCall("SMM_CR_HIGH", "", Array(successes, trials, confidence))
End Function

Public Function SMM_AB_PVALUE(successes_a, trials_a, successes_b, trials_b)
Attribute SMM_AB_PVALUE.VB_Description = "How likely a difference as large as this is by chance alone: two-proportion z test, pooled, two-sided. Below 0.05 it is usually called significant."
Attribute SMM_AB_PVALUE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_AB_PVALUE = SmmCall("SMM_AB_PVALUE", "", Array(successes_a, trials_a, successes_b, trials_b))
End Function

Public Function SMM_AB_LIFT(successes_a, trials_a, successes_b, trials_b)
Attribute SMM_AB_LIFT.VB_Description = "How much higher the rate of B is, relative to A: 0.18 is 18 % more."
Attribute SMM_AB_LIFT.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_AB_LIFT = SmmCall("SMM_AB_LIFT", "", Array(successes_a, trials_a, successes_b, trials_b))
End Function

Public Function SMM_AB_SAMPLE(base_rate, lift, Optional power, Optional alpha)
Attribute SMM_AB_SAMPLE.VB_Description = "How many trials each arm of an A/B test needs to find a relative lift."
Attribute SMM_AB_SAMPLE.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_AB_SAMPLE = SmmCall("SMM_AB_SAMPLE", "", Array(base_rate, lift, power, alpha))
End Function

Public Function SMM_ROWS(key, block, ParamArray blocks())
Attribute SMM_ROWS.VB_Description = "One value of a KPI per row; spills."
Attribute SMM_ROWS.VB_ProcData.VB_Invoke_Func = " \n14"
    Dim values() As Variant, place As Long
    values = Array(key, block)
    ReDim Preserve values(0 To 2 + UBound(blocks))
    For place = 0 To UBound(blocks)
        If IsObject(blocks(place)) Then Set values(2 + place) = blocks(place) Else values(2 + place) = blocks(place)
    Next place
    SMM_ROWS = SmmCall("SMM_ROWS", "", values)
End Function

Public Function SMM_KPI(key, table, Optional period, Optional channel)
Attribute SMM_KPI.VB_Description = "A KPI from a table with headers, for a period and a channel; it sees dates, so followers are totalled rightly."
Attribute SMM_KPI.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_KPI = SmmCall("SMM_KPI", "-R--", Array(key, table, period, channel))
End Function

Public Function SMM_REPORT(table, Optional by, Optional kpis)
Attribute SMM_REPORT.VB_Description = "A table of KPIs by channel, campaign or period; spills."
Attribute SMM_REPORT.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_REPORT = SmmCall("SMM_REPORT", "R--", Array(table, by, kpis))
End Function

Public Function SMM_PLAN(table, targets, Optional period, Optional channel, Optional as_of, Optional language, Optional green, Optional amber)
Attribute SMM_PLAN.VB_Description = "Plan against fact for each KPI of the targets: target, fact, gap, attainment, status, forecast; spills."
Attribute SMM_PLAN.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_PLAN = SmmCall("SMM_PLAN", "RR--D---", Array(table, targets, period, channel, as_of, language, green, amber))
End Function

Public Function SMM_SCORECARD(table, targets, Optional period, Optional channel, Optional full_bonus, Optional scale_, Optional cap, Optional floor, Optional as_of, Optional language)
Attribute SMM_SCORECARD.VB_Description = "The score of the KPIs that have a weight in the targets: contributions, score, known share of the weight, bonus; spills."
Attribute SMM_SCORECARD.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_SCORECARD = SmmCall("SMM_SCORECARD", "RR------D-", Array(table, targets, period, channel, full_bonus, scale_, cap, floor, as_of, language))
End Function

Public Function SMM_INFO(key, Optional what, Optional language)
Attribute SMM_INFO.VB_Description = "What the reference says of a KPI."
Attribute SMM_INFO.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_INFO = SmmCall("SMM_INFO", "", Array(key, what, language))
End Function

Public Function SMM_LIST(Optional group, Optional language)
Attribute SMM_LIST.VB_Description = "The reference of all KPIs as a table; spills."
Attribute SMM_LIST.VB_ProcData.VB_Invoke_Func = " \n14"
    SMM_LIST = SmmCall("SMM_LIST", "", Array(group, language))
End Function

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

' What the functions below share.

Private Function SmmCall(ByVal called As String, ByVal takes As String, ByVal given As Variant) As Variant
    Dim values As Variant, tries As Long, server As Object, reason As String
    On Error GoTo unreadable
    values = SmmRead(takes, given)
again:
    On Error GoTo failed
    Set server = SmmPython(tries > 0)
    SmmCall = SmmShown(server.CallUDF("{module}", (called), (values))) ' in brackets: COM would bring variables back, too
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
        If VarType(given) = vbDouble Then SmmChanged = given + {shift}
    ElseIf VarType(given) = vbString Then
        If Left$(given, 1) = "#" Then SmmChanged = SmmError(given)
    End If
End Function


"""The words that VBA keeps for itself, so that no argument can have one for a name in Excel."""

from __future__ import annotations

# Source: MS-VBAL 3.3.5.2, in the groups that it makes; in small letters, because VBA does not tell cases apart
RESERVED_IN_VBA = frozenset(
    """
    call case close const declare defbool defbyte defcur defdate defdbl defint deflng deflnglng deflngptr defobj defsng defstr defvar dim do else elseif
    end endif enum erase event exit for friend function get global gosub goto if implements input let lock loop lset next on open option print private
    public put raiseevent redim resume return rset seek select set static stop sub type unlock wend while with write

    any as byref byval each in new optional paramarray preserve shared spc tab then to until withevents

    addressof and eqv imp is like mod not or typeof xor

    abs cbool cbyte ccur cdate cdbl cdec cint clng clnglng clngptr csng cstr cvar cverr date debug doevents fix int len lenb me pset scale sgn string

    array circle inputb lbound ubound

    boolean byte currency double integer long longlong longptr single variant

    true false nothing empty null

    rem

    attribute lineinput vb_base vb_control vb_creatable vb_customizable vb_description vb_exposed vb_ext_key vb_globalnamespace vb_helpid vb_invoke_func
    vb_invoke_property vb_invoke_propertyput vb_invoke_propertyputref vb_memberflags vb_name vb_predeclaredid vb_procdata vb_templatederived vb_usermemid
    vb_vardescription vb_varhelpid vb_varmemberflags vb_varprocdata vb_varusermemid

    cdecl decimal defdec
    """.split()
)

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.apache.poi.ss.SpreadsheetVersion;
import org.apache.poi.ss.formula.EvaluationCell;
import org.apache.poi.ss.formula.EvaluationName;
import org.apache.poi.ss.formula.EvaluationSheet;
import org.apache.poi.ss.formula.EvaluationWorkbook;
import org.apache.poi.ss.formula.FormulaParser;
import org.apache.poi.ss.formula.FormulaParsingWorkbook;
import org.apache.poi.ss.formula.FormulaType;
import org.apache.poi.ss.formula.SheetIdentifier;
import org.apache.poi.ss.formula.functions.FreeRefFunction;
import org.apache.poi.ss.formula.ptg.*;
import org.apache.poi.ss.formula.udf.AggregatingUDFFinder;
import org.apache.poi.ss.formula.udf.UDFFinder;
import org.apache.poi.ss.usermodel.Name;
import org.apache.poi.ss.usermodel.Table;
import org.apache.poi.ss.util.AreaReference;
import org.apache.poi.ss.util.CellReference;

/** A workbook as POI's parser and evaluator ask for it. */
final class Book implements EvaluationWorkbook, FormulaParsingWorkbook {
    final List<Sheet> sheets = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>(); // of sheets
    private final List<Defined> names = new ArrayList<>();
    private final Map<String, Defined> named = new HashMap<>();
    private final Map<String, String[]> columns = new HashMap<>(); // by table[column]: sheet, column, first row, last row
    final Map<Cell, Node> lifted = new HashMap<>();
    private final UDFFinder functions;

    Book(String path) throws Exception {
        Criteria criteria = new Criteria();
        Map<String, FreeRefFunction> own = Map.of(
            "COUNTIFS", (given, at) -> criteria.counted(given, at, false), "SUMIFS", (given, at) -> criteria.summed(given, at, false),
            Lifted.NAME, new Lifted(this, criteria));
        functions = new AggregatingUDFFinder(name -> own.get(name.toUpperCase(Locale.ROOT)), AggregatingUDFFinder.DEFAULT);
        try (ZipFile file = new ZipFile(path)) {
            new Reader(file, this).read();
        }
    }

    Sheet add(String name) {
        numbers.put(name.toLowerCase(Locale.ROOT), sheets.size());
        sheets.add(new Sheet(name));
        return sheets.get(sheets.size() - 1);
    }

    void define(String name, String text) {
        names.add(new Defined(this, name, names.size(), text));
        named.put(name.toLowerCase(Locale.ROOT), names.get(names.size() - 1));
    }

    void addColumn(String table, String heading, Sheet sheet, int column, int first, int last) {
        String letters = CellReference.convertNumToColString(column);
        String place = "'" + sheet.name.replace("'", "''") + "'!$" + letters + "$";
        columns.put((table + "[" + heading + "]").toLowerCase(Locale.ROOT), new String[] {place, letters, "" + first, "" + last});
    }

    private static final Pattern STRUCTURED = Pattern.compile(
        "\"(?:[^\"]|\"\")*\"|(\\w+)\\[(\\[#This Row\\],)?\\[?((?:[^\\[\\]']|'.)*)(?:\\]:\\[((?:[^\\[\\]']|'.)*))?\\]+", Pattern.UNICODE_CHARACTER_CLASS);

    // POI does not tell functions what a cell holds but its value, so that the cells without a formula are counted here
    private static final Pattern NO_FORMULAS = Pattern.compile(
        "SUMPRODUCT\\(1-_xlfn\\.ISFORMULA\\((\\w+)\\[\\[([^\\]]*)\\]:\\[([^\\]]*)\\]\\]\\)\\)", Pattern.UNICODE_CHARACTER_CLASS);

    private String withoutFormulas(String table, String first, String last) {
        String[] from = column(table, first);
        String[] to = column(table, last);
        int left = CellReference.convertColStringToIndex(from[1]);
        int right = CellReference.convertColStringToIndex(to[1]);
        Sheet sheet = sheets.get(getSheetIndex(from[0].substring(1, from[0].lastIndexOf("'!")).replace("''", "'")));
        int count = 0;
        for (int row = Integer.parseInt(from[2]) - 1; row < Integer.parseInt(from[3]); row++) {
            for (int column = left; column <= right; column++) {
                Cell cell = (Cell) sheet.getCell(row, column);
                count += cell == null || cell.formula == null ? 1 : 0;
            }
        }
        return "" + count;
    }

    /** A formula with references to cells in place of structured ones. row: of the formula, from 0. */
    String inCells(String given, int row) {
        if (given.indexOf('[') < 0) {
            return given;
        }
        String text = NO_FORMULAS.matcher(given).replaceAll(match -> withoutFormulas(match.group(1), match.group(2), match.group(3)));
        return STRUCTURED.matcher(text).replaceAll(match -> {
            if (match.group(1) == null) {
                return Matcher.quoteReplacement(match.group());
            }
            String[] place = column(match.group(1), match.group(3));
            String cells = match.group(2) != null ? place[0] + (row + 1) : place[0] + place[2] + ":$" + place[1] + "$" + place[3];
            if (match.group(4) != null) { // some columns of the row, beside each other
                cells += ":$" + column(match.group(1), match.group(4))[1] + "$" + (row + 1);
            }
            return Matcher.quoteReplacement(cells);
        });
    }

    private String[] column(String table, String heading) {
        String key = table + "[" + heading.replaceAll("'(.)", "$1") + "]";
        String[] place = columns.get(key.toLowerCase(Locale.ROOT));
        if (place == null) {
            throw new IllegalStateException("there is no " + key);
        }
        return place;
    }

    public Ptg[] getFormulaTokens(EvaluationCell asked) {
        Cell cell = (Cell) asked;
        FormulaType type = cell.array == null ? FormulaType.CELL : FormulaType.ARRAY;
        Ptg[] tokens = FormulaParser.parse(inCells(cell.formula, cell.row), this, type, getSheetIndex(cell.sheet), cell.row);
        Node tree = Node.of(tokens);
        if (cell.array == null && !tree.hasArrays()) {
            return tokens;
        }
        lifted.put(cell, tree);
        return new Ptg[] {new NameXPxg(Lifted.NAME), FuncVarPtg.create(Lifted.NAME, 1)};
    }

    public String getSheetName(int sheet) { return sheets.get(sheet).name; }
    public int getSheetIndex(EvaluationSheet sheet) { return sheets.indexOf(sheet); }
    public int getSheetIndex(String name) { return numbers.getOrDefault(name.toLowerCase(Locale.ROOT), -1); }
    public EvaluationSheet getSheet(int sheet) { return sheets.get(sheet); }
    public EvaluationName getName(NamePtg token) { return names.get(token.getIndex()); }
    public EvaluationName getName(String name, int sheet) { return named.get(name.toLowerCase(Locale.ROOT)); }
    public UDFFinder getUDFFinder() { return functions; }
    public SpreadsheetVersion getSpreadsheetVersion() { return SpreadsheetVersion.EXCEL2007; }
    public void clearAllCachedResultValues() { }
    public Table getTable(String name) { return null; }

    public Ptg getNameXPtg(String name, SheetIdentifier sheet) { return functions.findFunction(name) == null ? null : new NameXPxg(name); }
    public Ptg get3DReferencePtg(CellReference cell, SheetIdentifier sheet) { return new Ref3DPxg(sheet, cell); }
    public Ptg get3DReferencePtg(AreaReference area, SheetIdentifier sheet) { return new Area3DPxg(sheet, area); }

    public ExternalSheet getExternalSheet(String first, String last, int book) { return new ExternalSheet(null, first); }

    // other workbooks, and what only the older file format asks for
    public Name createName() { throw new UnsupportedOperationException("a function or a name that is not known"); }
    public int getExternalSheetIndex(String sheet) { throw new UnsupportedOperationException(); }
    public int getExternalSheetIndex(String book, String sheet) { throw new UnsupportedOperationException(); }
    public ExternalSheet getExternalSheet(int sheet) { throw new UnsupportedOperationException(); }
    public int convertFromExternSheetIndex(int sheet) { throw new UnsupportedOperationException(); }
    public ExternalName getExternalName(int sheet, int name) { throw new UnsupportedOperationException(); }
    public ExternalName getExternalName(String name, String sheet, int book) { throw new UnsupportedOperationException(); }
    public String resolveNameXText(NameXPtg name) { throw new UnsupportedOperationException(); }
}

/** A defined name. */
final class Defined implements EvaluationName {
    final String name;
    final int index;
    final Book book;
    final String text;
    private Ptg[] tokens;

    Defined(Book book, String name, int index, String text) {
        this.book = book;
        this.name = name;
        this.index = index;
        this.text = text;
    }

    public String getNameText() { return name; }
    public boolean isFunctionName() { return false; }
    public boolean hasFormula() { return true; }
    public boolean isRange() { return true; }
    public NamePtg createPtg() { return new NamePtg(index); }

    public Ptg[] getNameDefinition() {
        if (tokens == null) {
            tokens = FormulaParser.parse(book.inCells(text, -1), book, FormulaType.NAMEDRANGE, -1, -1);
        }
        return tokens;
    }
}

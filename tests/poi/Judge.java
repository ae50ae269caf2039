// What Apache POI makes of the formulas of workbooks: java Judge.java BOOK.xlsx, a line for each cell with a formula: sheet, cell, kind, value.
//
// POI parses every formula, works it out and keeps what cells it needs. Debian's POI cannot open an xlsx, so the file is read here, and
// structured references become references to cells. POI 4.0.1 lacks three things, which stand here, over its tokens and its functions:
// - Lifted: arrays in formulas that are no array formulas. Where Excel's file format marks an operand as an array, and POI's parser
//   marks them by the same rules, operators and functions of single values go over its elements; elsewhere an area is one value.
// - Criteria: COUNTIFS and SUMIFS as Excel documents them; POI's take no array of criteria, and for them a number is not <>"text".
// - functions that it has not: NORMSDIST, NORMSINV, TRANSPOSE of what is worked out.
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamReader;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.poi.ss.SpreadsheetVersion;
import org.apache.poi.ss.formula.CacheAreaEval;
import org.apache.poi.ss.formula.EvaluationCell;
import org.apache.poi.ss.formula.EvaluationName;
import org.apache.poi.ss.formula.EvaluationSheet;
import org.apache.poi.ss.formula.EvaluationWorkbook;
import org.apache.poi.ss.formula.FormulaParser;
import org.apache.poi.ss.formula.FormulaParsingWorkbook;
import org.apache.poi.ss.formula.FormulaType;
import org.apache.poi.ss.formula.IStabilityClassifier;
import org.apache.poi.ss.formula.OperationEvaluationContext;
import org.apache.poi.ss.formula.SheetIdentifier;
import org.apache.poi.ss.formula.WorkbookEvaluator;
import org.apache.poi.ss.formula.eval.AreaEval;
import org.apache.poi.ss.formula.eval.BlankEval;
import org.apache.poi.ss.formula.eval.BoolEval;
import org.apache.poi.ss.formula.eval.ConcatEval;
import org.apache.poi.ss.formula.eval.ErrorEval;
import org.apache.poi.ss.formula.eval.EvaluationException;
import org.apache.poi.ss.formula.eval.FunctionEval;
import org.apache.poi.ss.formula.eval.MissingArgEval;
import org.apache.poi.ss.formula.eval.NumberEval;
import org.apache.poi.ss.formula.eval.OperandResolver;
import org.apache.poi.ss.formula.eval.PercentEval;
import org.apache.poi.ss.formula.eval.RangeEval;
import org.apache.poi.ss.formula.eval.RefEval;
import org.apache.poi.ss.formula.eval.RelationalOperationEval;
import org.apache.poi.ss.formula.eval.StringEval;
import org.apache.poi.ss.formula.eval.TwoOperandNumericOperation;
import org.apache.poi.ss.formula.eval.UnaryMinusEval;
import org.apache.poi.ss.formula.eval.UnaryPlusEval;
import org.apache.poi.ss.formula.eval.ValueEval;
import org.apache.poi.ss.formula.functions.FreeRefFunction;
import org.apache.poi.ss.formula.functions.Function;
import org.apache.poi.ss.formula.ptg.*;
import org.apache.poi.ss.formula.udf.AggregatingUDFFinder;
import org.apache.poi.ss.formula.udf.UDFFinder;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.FormulaError;
import org.apache.poi.ss.usermodel.Name;
import org.apache.poi.ss.usermodel.Table;
import org.apache.poi.ss.util.AreaReference;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.ss.util.CellReference;

public class Judge {
    private static final long STACK = 1L << 29; // formulas that ask for one another go deep

    public static void main(String[] paths) throws Exception {
        Throwable[] failed = new Throwable[1];
        Thread thread = new Thread(null, () -> {
            try {
                judge(paths[0]);
            } catch (Throwable problem) {
                failed[0] = problem;
            }
        }, "judge", STACK);
        thread.start();
        thread.join();
        if (failed[0] != null) {
            failed[0].printStackTrace();
            System.exit(1);
        }
    }

    private static void judge(String path) throws Exception {
        WorkbookEvaluator.registerFunction("NORMSDIST", ofNumber(number -> new NormalDistribution().cumulativeProbability(number)));
        WorkbookEvaluator.registerFunction("NORMSINV", ofNumber(number -> new NormalDistribution().inverseCumulativeProbability(number)));
        Book book = new Book(path);
        WorkbookEvaluator evaluator = new WorkbookEvaluator(book, IStabilityClassifier.TOTALLY_IMMUTABLE, null);
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (Sheet sheet : book.sheets) {
            for (Cell cell : sheet.cells.values()) {
                if (cell.formula != null) {
                    out.println(sheet.name + "\t" + new CellReference(cell.row, cell.column).formatAsString() + "\t" + found(evaluator, cell));
                }
            }
        }
        out.flush();
    }

    /** The kind of a value and the value, or what went wrong. */
    private static String found(WorkbookEvaluator evaluator, Cell cell) {
        try {
            ValueEval value = evaluator.evaluate(cell);
            if (value instanceof NumberEval) {
                return "number\t" + ((NumberEval) value).getNumberValue();
            }
            if (value instanceof BoolEval) {
                return "logical\t" + ((BoolEval) value).getBooleanValue();
            }
            if (value instanceof ErrorEval) {
                return "error\t" + ((ErrorEval) value).getErrorString();
            }
            return "text\t" + escaped(((StringEval) value).getStringValue());
        } catch (RuntimeException problem) {
            Throwable cause = problem.getCause() == null ? problem : problem.getCause();
            return "problem\t" + escaped(cause.toString());
        }
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n");
    }

    private interface OfNumber {
        double of(double number);
    }

    private static Function ofNumber(OfNumber formula) {
        return (given, row, column) -> {
            try {
                return new NumberEval(formula.of(OperandResolver.coerceValueToDouble(OperandResolver.getSingleValue(given[0], row, column))));
            } catch (EvaluationException problem) {
                return problem.getErrorEval();
            }
        };
    }

    // --- the workbook ---------------------------------------------------------------------------------------------------

    private static final class Cell implements EvaluationCell {
        final Sheet sheet;
        final int row, column;
        CellType type = CellType.BLANK;
        double number;
        String text, formula;
        CellRangeAddress array; // of an array formula

        Cell(Sheet sheet, int row, int column) {
            this.sheet = sheet;
            this.row = row;
            this.column = column;
        }

        public Object getIdentityKey() { return this; }
        public EvaluationSheet getSheet() { return sheet; }
        public int getRowIndex() { return row; }
        public int getColumnIndex() { return column; }
        public CellType getCellType() { return formula == null ? type : CellType.FORMULA; }
        public CellType getCellTypeEnum() { return getCellType(); }
        public double getNumericCellValue() { return number; }
        public String getStringCellValue() { return text; }
        public boolean getBooleanCellValue() { return number != 0; }
        public int getErrorCellValue() { return FormulaError.forString(text).getCode(); }
        public CellRangeAddress getArrayFormulaRange() { return array; }
        public boolean isPartOfArrayFormulaGroup() { return false; } // Lifted picks the element of each cell itself
        public CellType getCachedFormulaResultType() { return type; }
        public CellType getCachedFormulaResultTypeEnum() { return type; }
    }

    private static final class Sheet implements EvaluationSheet {
        final String name;
        final Map<Long, Cell> cells = new LinkedHashMap<>();
        int last;

        Sheet(String name) { this.name = name; }

        Cell at(int row, int column) {
            last = Math.max(last, row);
            return cells.computeIfAbsent(key(row, column), key -> new Cell(this, row, column));
        }

        private static long key(int row, int column) { return ((long) row << 20) | column; }
        public EvaluationCell getCell(int row, int column) { return cells.get(key(row, column)); }
        public void clearAllCachedResultValues() { }
        public int getLastRowNum() { return last; }
    }

    private static final class Defined implements EvaluationName {
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

    private static final class Book implements EvaluationWorkbook, FormulaParsingWorkbook {
        final List<Sheet> sheets = new ArrayList<>();
        private final Map<String, Integer> numbers = new HashMap<>(); // of sheets
        private final List<Defined> names = new ArrayList<>();
        private final Map<String, Defined> named = new HashMap<>();
        private final Map<String, String[]> columns = new HashMap<>(); // by table[column]: sheet, column, first row, last row
        private final Map<Cell, Ptg[]> tokens = new HashMap<>();
        private final UDFFinder functions;

        Book(String path) throws Exception {
            Criteria criteria = new Criteria();
            Map<String, FreeRefFunction> own = Map.of(
                "COUNTIFS", (given, at) -> criteria.counted(given, at, false), "SUMIFS", (given, at) -> criteria.summed(given, at, false),
                LIFTED, new Lifted(this, criteria));
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

        private static final Pattern STRUCTURED = Pattern.compile("\"(?:[^\"]|\"\")*\"|(\\w+)\\[(\\[#This Row\\],)?\\[?((?:[^\\[\\]']|'.)*)\\]+", Pattern.UNICODE_CHARACTER_CLASS);

        /** A formula with references to cells in place of structured ones. row: of the formula, from 0. */
        String inCells(String text, int row) {
            if (text.indexOf('[') < 0) {
                return text;
            }
            return STRUCTURED.matcher(text).replaceAll(match -> {
                if (match.group(1) == null) {
                    return Matcher.quoteReplacement(match.group());
                }
                String key = match.group(1) + "[" + match.group(3).replaceAll("'(.)", "$1") + "]";
                String[] place = columns.get(key.toLowerCase(Locale.ROOT));
                if (place == null) {
                    throw new IllegalStateException("there is no " + key);
                }
                String cells = match.group(2) != null ? place[0] + (row + 1) : place[0] + place[2] + ":$" + place[1] + "$" + place[3];
                return Matcher.quoteReplacement(cells);
            });
        }

        /** The tokens of the formula itself. */
        Ptg[] parsed(Cell cell) {
            return tokens.computeIfAbsent(cell, key -> {
                FormulaType type = cell.array == null ? FormulaType.CELL : FormulaType.ARRAY;
                return FormulaParser.parse(inCells(cell.formula, cell.row), this, type, getSheetIndex(cell.sheet), cell.row);
            });
        }

        public Ptg[] getFormulaTokens(EvaluationCell asked) {
            Cell cell = (Cell) asked;
            Ptg[] found = parsed(cell);
            return cell.array != null || Lifted.hasArrays(found) ? new Ptg[] {new NameXPxg(LIFTED), FuncVarPtg.create(LIFTED, 1)} : found;
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

    /** Reads the cells, names and tables of an xlsx as XlsxWriter lays it out: the parts of sheet n are sheetn.xml. */
    private static final class Reader {
        private final ZipFile file;
        private final Book book;
        private final List<String> shared = new ArrayList<>();

        Reader(ZipFile file, Book book) {
            this.file = file;
            this.book = book;
        }

        void read() throws Exception {
            if (file.getEntry("xl/sharedStrings.xml") != null) {
                readTexts();
            }
            XMLStreamReader xml = opened("xl/workbook.xml");
            while (xml.hasNext()) {
                if (xml.next() != XMLStreamReader.START_ELEMENT) {
                    continue;
                }
                if (xml.getLocalName().equals("sheet")) {
                    book.add(xml.getAttributeValue(null, "name"));
                } else if (xml.getLocalName().equals("definedName")) {
                    String name = xml.getAttributeValue(null, "name");
                    if (!name.startsWith("_xlnm.")) { // print areas and filters
                        book.define(name, xml.getElementText());
                    }
                }
            }
            for (int number = 0; number < book.sheets.size(); number++) {
                readTables(book.sheets.get(number), number + 1);
                readCells(book.sheets.get(number), number + 1);
            }
        }

        private XMLStreamReader opened(String part) throws Exception {
            XMLInputFactory factory = XMLInputFactory.newInstance();
            factory.setProperty(XMLInputFactory.IS_COALESCING, true);
            return factory.createXMLStreamReader(file.getInputStream(file.getEntry(part)), "UTF-8");
        }

        private void readTexts() throws Exception {
            XMLStreamReader xml = opened("xl/sharedStrings.xml");
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamReader.START_ELEMENT && xml.getLocalName().equals("si")) {
                    shared.add("");
                } else if (event == XMLStreamReader.START_ELEMENT && xml.getLocalName().equals("t")) {
                    shared.set(shared.size() - 1, shared.get(shared.size() - 1) + xml.getElementText());
                }
            }
        }

        private void readTables(Sheet sheet, int number) throws Exception {
            String relations = "xl/worksheets/_rels/sheet" + number + ".xml.rels";
            if (file.getEntry(relations) == null) {
                return;
            }
            XMLStreamReader xml = opened(relations);
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamReader.START_ELEMENT && xml.getLocalName().equals("Relationship")) {
                    String target = xml.getAttributeValue(null, "Target");
                    if (target.startsWith("../tables/")) {
                        readTable(sheet, "xl/" + target.substring(3));
                    }
                }
            }
        }

        private void readTable(Sheet sheet, String part) throws Exception {
            XMLStreamReader xml = opened(part);
            String table = "";
            CellRangeAddress area = null;
            int column = 0;
            while (xml.hasNext()) {
                if (xml.next() != XMLStreamReader.START_ELEMENT) {
                    continue;
                }
                if (xml.getLocalName().equals("table")) {
                    table = xml.getAttributeValue(null, "name");
                    area = CellRangeAddress.valueOf(xml.getAttributeValue(null, "ref"));
                } else if (xml.getLocalName().equals("tableColumn")) {
                    book.addColumn(table, xml.getAttributeValue(null, "name"), sheet, area.getFirstColumn() + column++, area.getFirstRow() + 2, area.getLastRow() + 1);
                }
            }
        }

        private void readCells(Sheet sheet, int number) throws Exception {
            XMLStreamReader xml = opened("xl/worksheets/sheet" + number + ".xml");
            Cell cell = null;
            String type = "";
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamReader.END_ELEMENT && xml.getLocalName().equals("sheetData")) {
                    break; // formulas of formats and of checks follow
                }
                if (event != XMLStreamReader.START_ELEMENT) {
                    continue;
                }
                if (xml.getLocalName().equals("c")) {
                    CellReference place = new CellReference(xml.getAttributeValue(null, "r"));
                    cell = sheet.at(place.getRow(), place.getCol());
                    type = xml.getAttributeValue(null, "t");
                } else if (xml.getLocalName().equals("f") && cell != null) {
                    String area = "array".equals(xml.getAttributeValue(null, "t")) ? xml.getAttributeValue(null, "ref") : null;
                    String formula = xml.getElementText();
                    if (area == null) {
                        cell.formula = formula;
                    } else {
                        spread(sheet, CellRangeAddress.valueOf(area), formula);
                    }
                } else if (xml.getLocalName().equals("v") && cell != null && cell.formula == null) { // what was written with a formula is nothing to go by
                    fill(cell, type == null ? "n" : type, xml.getElementText());
                }
            }
        }

        private static void spread(Sheet sheet, CellRangeAddress area, String formula) {
            for (int row = area.getFirstRow(); row <= area.getLastRow(); row++) {
                for (int column = area.getFirstColumn(); column <= area.getLastColumn(); column++) {
                    Cell cell = sheet.at(row, column);
                    cell.formula = formula;
                    cell.array = area;
                }
            }
        }

        private void fill(Cell cell, String type, String value) {
            switch (type) {
                case "s":
                    cell.type = CellType.STRING;
                    cell.text = shared.get(Integer.parseInt(value));
                    break;
                case "str":
                    cell.type = CellType.STRING;
                    cell.text = value;
                    break;
                case "e":
                    cell.type = CellType.ERROR;
                    cell.text = value;
                    break;
                case "b":
                    cell.type = CellType.BOOLEAN;
                    cell.number = Integer.parseInt(value);
                    break;
                default:
                    cell.type = CellType.NUMERIC;
                    cell.number = Double.parseDouble(value);
            }
        }
    }

    // --- criteria -------------------------------------------------------------------------------------------------------

    /** COUNTIFS and SUMIFS. What meets a criterion in a range, and the numbers of a range, are found once. */
    private static final class Criteria {
        private final Map<String, BitSet> met = new HashMap<>();
        private final Map<String, ValueEval[]> filled = new HashMap<>();

        ValueEval counted(ValueEval[] given, OperationEvaluationContext at, boolean lifted) {
            return overCriteria(given, 0, at, lifted, (area, rows) -> new NumberEval(rows.cardinality()));
        }

        ValueEval summed(ValueEval[] given, OperationEvaluationContext at, boolean lifted) {
            AreaEval added = asArea(given[0]);
            return overCriteria(given, 1, at, lifted, (area, rows) -> {
                if (added.getWidth() != area.getWidth() || added.getHeight() != area.getHeight()) {
                    return ErrorEval.VALUE_INVALID;
                }
                ValueEval[] cells = cells(added);
                double total = 0;
                for (int place = rows.nextSetBit(0); place >= 0; place = rows.nextSetBit(place + 1)) {
                    if (cells[place] instanceof ErrorEval) {
                        return cells[place];
                    }
                    total += cells[place] instanceof NumberEval ? ((NumberEval) cells[place]).getNumberValue() : 0;
                }
                return new NumberEval(total);
            });
        }

        private interface Result {
            ValueEval of(AreaEval area, BitSet rows);
        }

        private ValueEval overCriteria(ValueEval[] given, int first, OperationEvaluationContext at, boolean lifted, Result result) {
            int height = 1, width = 1;
            ValueEval[] criteria = given.clone();
            for (int place = first + 1; place < given.length; place += 2) {
                if (!lifted || !(given[place] instanceof AreaEval)) {
                    criteria[place] = single(given[place], at);
                } else {
                    height = Math.max(height, ((AreaEval) given[place]).getHeight());
                    width = Math.max(width, ((AreaEval) given[place]).getWidth());
                }
            }
            return array(height, width, (row, column) -> {
                BitSet rows = null;
                AreaEval own = null;
                for (int place = first; place + 1 < given.length; place += 2) {
                    AreaEval area = asArea(given[place]);
                    if (own != null && (own.getHeight() != area.getHeight() || own.getWidth() != area.getWidth())) {
                        return ErrorEval.VALUE_INVALID;
                    }
                    own = area;
                    BitSet found = met(area, element(criteria[place + 1], row, column));
                    if (rows == null) {
                        rows = (BitSet) found.clone();
                    } else {
                        rows.and(found);
                    }
                }
                return result.of(own, rows);
            });
        }

        private static AreaEval asArea(ValueEval given) {
            return given instanceof RefEval ? ((RefEval) given).offset(0, 0, 0, 0) : (AreaEval) given;
        }

        private static String place(AreaEval area) {
            return area.getFirstSheetIndex() + "!" + area.getFirstRow() + ":" + area.getLastRow() + "," + area.getFirstColumn() + ":" + area.getLastColumn();
        }

        private ValueEval[] cells(AreaEval area) {
            String key = place(area);
            ValueEval[] found = filled.get(key);
            if (found == null) { // not computeIfAbsent: a cell may ask for other ranges
                found = new ValueEval[area.getHeight() * area.getWidth()];
                for (int place = 0; place < found.length; place++) {
                    found[place] = area.getRelativeValue(place / area.getWidth(), place % area.getWidth());
                }
                filled.put(key, found);
            }
            return found;
        }

        private BitSet met(AreaEval area, ValueEval criterion) {
            String key = place(area) + " " + criterion.getClass().getSimpleName() + OperandResolver.coerceValueToString(criterion instanceof ErrorEval
                ? new StringEval(((ErrorEval) criterion).getErrorString()) : criterion);
            BitSet found = met.get(key);
            if (found == null) {
                ValueEval[] cells = cells(area);
                Criterion asked = criterion(criterion);
                found = new BitSet(cells.length);
                for (int place = 0; place < cells.length; place++) {
                    found.set(place, asked.isMetBy(cells[place]));
                }
                met.put(key, found);
            }
            return found;
        }

        private interface Criterion {
            boolean isMetBy(ValueEval cell);
        }

        private static final Pattern PARTS = Pattern.compile("(<>|<=|>=|=|<|>)?(.*)", Pattern.DOTALL);

        private static Criterion criterion(ValueEval given) {
            if (given instanceof BlankEval || given instanceof MissingArgEval) { // a blank cell asks for 0
                return ofNumber("=", 0);
            }
            if (given instanceof NumberEval) {
                return ofNumber("=", ((NumberEval) given).getNumberValue());
            }
            if (given instanceof BoolEval) {
                return cell -> cell == given;
            }
            if (given instanceof ErrorEval) {
                return cell -> cell == given;
            }
            Matcher parts = PARTS.matcher(((StringEval) given).getStringValue());
            parts.matches();
            String sign = parts.group(1), wanted = parts.group(2);
            if (wanted.isEmpty() && sign != null) {
                return sign.equals("=") ? cell -> cell instanceof BlankEval : sign.equals("<>") ? cell -> !(cell instanceof BlankEval) : cell -> false;
            }
            if (wanted.isEmpty()) {
                return cell -> cell instanceof BlankEval || cell instanceof StringEval && ((StringEval) cell).getStringValue().isEmpty();
            }
            Double number = OperandResolver.parseDouble(wanted);
            if (number != null) {
                return ofNumber(sign == null ? "=" : sign, number);
            }
            if (wanted.equalsIgnoreCase("TRUE") || wanted.equalsIgnoreCase("FALSE")) {
                BoolEval logical = BoolEval.valueOf(wanted.equalsIgnoreCase("TRUE"));
                return "<>".equals(sign) ? cell -> cell != logical : cell -> cell == logical;
            }
            return ofText(sign == null ? "=" : sign, wanted);
        }

        private static Criterion ofNumber(String sign, double wanted) {
            return cell -> {
                Double number = cell instanceof NumberEval ? (Double) ((NumberEval) cell).getNumberValue() : null;
                if (number == null && cell instanceof StringEval && (sign.equals("=") || sign.equals("<>"))) {
                    number = OperandResolver.parseDouble(((StringEval) cell).getStringValue()); // text that reads as the number is equal to it
                }
                return number == null ? sign.equals("<>") : holds(sign, Double.compare(number, wanted));
            };
        }

        private static Criterion ofText(String sign, String wanted) {
            if (!sign.equals("=") && !sign.equals("<>")) {
                return cell -> cell instanceof StringEval && holds(sign, ((StringEval) cell).getStringValue().compareToIgnoreCase(wanted));
            }
            StringBuilder pattern = new StringBuilder();
            for (int place = 0; place < wanted.length(); place++) {
                char one = wanted.charAt(place);
                if (one == '~' && place + 1 < wanted.length()) {
                    pattern.append(Pattern.quote("" + wanted.charAt(++place)));
                } else {
                    pattern.append(one == '*' ? ".*" : one == '?' ? "." : Pattern.quote("" + one));
                }
            }
            Pattern made = Pattern.compile(pattern.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
            return cell -> (cell instanceof StringEval && made.matcher(((StringEval) cell).getStringValue()).matches()) == sign.equals("=");
        }

        private static boolean holds(String sign, int order) {
            switch (sign) {
                case "=": return order == 0;
                case "<>": return order != 0;
                case "<": return order < 0;
                case ">": return order > 0;
                case "<=": return order <= 0;
                default: return order >= 0;
            }
        }
    }

    // --- arrays ---------------------------------------------------------------------------------------------------------

    private static final String LIFTED = "LIFTED"; // stands in place of a formula with arrays

    private interface Element {
        ValueEval at(int row, int column);
    }

    private static ValueEval array(int height, int width, Element element) {
        ValueEval[] found = new ValueEval[height * width];
        for (int place = 0; place < found.length; place++) {
            found[place] = element.at(place / width, place % width);
        }
        return found.length == 1 ? found[0] : new CacheAreaEval(0, 0, height - 1, width - 1, found);
    }

    /** An element of an array: one row or column stands for as many as are needed, and what is beyond is not available. */
    private static ValueEval element(ValueEval given, int row, int column) {
        if (given instanceof RefEval) {
            return ((RefEval) given).getInnerValueEval(((RefEval) given).getFirstSheetIndex());
        }
        if (!(given instanceof AreaEval)) {
            return given;
        }
        AreaEval area = (AreaEval) given;
        int down = area.getHeight() == 1 ? 0 : row, across = area.getWidth() == 1 ? 0 : column;
        return down < area.getHeight() && across < area.getWidth() ? area.getRelativeValue(down, across) : ErrorEval.NA;
    }

    private static ValueEval single(ValueEval given, OperationEvaluationContext at) {
        try {
            return OperandResolver.getSingleValue(given, at.getRowIndex(), at.getColumnIndex());
        } catch (EvaluationException problem) {
            return problem.getErrorEval();
        }
    }

    /** Works out a formula with arrays. */
    private static final class Lifted implements FreeRefFunction {
        private static final int IF = 1, CHOOSE = 100, EXTERNAL = 255, TRANSPOSE = 83;
        private static final Map<Class<?>, Function> OPERATORS = new HashMap<>();

        static {
            OPERATORS.put(AddPtg.class, TwoOperandNumericOperation.AddEval);
            OPERATORS.put(SubtractPtg.class, TwoOperandNumericOperation.SubtractEval);
            OPERATORS.put(MultiplyPtg.class, TwoOperandNumericOperation.MultiplyEval);
            OPERATORS.put(DividePtg.class, TwoOperandNumericOperation.DivideEval);
            OPERATORS.put(PowerPtg.class, TwoOperandNumericOperation.PowerEval);
            OPERATORS.put(EqualPtg.class, RelationalOperationEval.EqualEval);
            OPERATORS.put(NotEqualPtg.class, RelationalOperationEval.NotEqualEval);
            OPERATORS.put(LessThanPtg.class, RelationalOperationEval.LessThanEval);
            OPERATORS.put(LessEqualPtg.class, RelationalOperationEval.LessEqualEval);
            OPERATORS.put(GreaterThanPtg.class, RelationalOperationEval.GreaterThanEval);
            OPERATORS.put(GreaterEqualPtg.class, RelationalOperationEval.GreaterEqualEval);
            OPERATORS.put(ConcatPtg.class, ConcatEval.instance);
            OPERATORS.put(PercentPtg.class, PercentEval.instance);
            OPERATORS.put(UnaryMinusPtg.class, UnaryMinusEval.instance);
            OPERATORS.put(UnaryPlusPtg.class, UnaryPlusEval.instance);
        }

        private final Book book;
        private final Criteria criteria;
        private final Map<CellRangeAddress, ValueEval> arrays = new HashMap<>(); // what array formulas gave; of one sheet at a time
        private int sheetOfArrays = -1;

        Lifted(Book book, Criteria criteria) {
            this.book = book;
            this.criteria = criteria;
        }

        /** Whether a formula has operands that are arrays. */
        static boolean hasArrays(Ptg[] tokens) {
            for (Ptg token : tokens) {
                if (!token.isBaseToken() && token.getPtgClass() == Ptg.CLASS_ARRAY || token instanceof ArrayPtg) {
                    return true;
                }
            }
            return false;
        }

        public ValueEval evaluate(ValueEval[] given, OperationEvaluationContext at) {
            Cell cell = (Cell) book.getSheet(at.getSheetIndex()).getCell(at.getRowIndex(), at.getColumnIndex());
            if (cell.array == null) {
                return WorkbookEvaluator.dereferenceResult(of(tree(book.parsed(cell)), at, false), cell.row, cell.column);
            }
            return element(of(tree(book.parsed(cell)), at, true), cell.row - cell.array.getFirstRow(), cell.column - cell.array.getFirstColumn());
        }

        private static final class Node {
            final Ptg token;
            final Node[] parts;

            Node(Ptg token, Node... parts) {
                this.token = token;
                this.parts = parts;
            }
        }

        private static Node tree(Ptg[] tokens) {
            Deque<Node> stack = new ArrayDeque<>();
            for (Ptg token : tokens) {
                if (token instanceof AttrPtg && ((AttrPtg) token).isSum()) {
                    stack.push(new Node(FuncVarPtg.SUM, stack.pop()));
                } else if (token instanceof OperationPtg) {
                    Node[] parts = new Node[((OperationPtg) token).getNumberOfOperands()];
                    for (int place = parts.length - 1; place >= 0; place--) {
                        parts[place] = stack.pop();
                    }
                    stack.push(new Node(token, parts));
                } else if (!(token instanceof ControlPtg) && !(token instanceof MemFuncPtg) && !(token instanceof MemAreaPtg)) {
                    stack.push(new Node(token));
                }
            }
            return stack.pop();
        }

        /** What a node gives. whole: whether the formula is an array formula. */
        private ValueEval of(Node node, OperationEvaluationContext at, boolean whole) {
            if (node.token instanceof AbstractFunctionPtg) {
                return asItsClass(node.token, function((AbstractFunctionPtg) node.token, node.parts, at, whole), at, whole);
            }
            if (node.token instanceof OperationPtg) {
                ValueEval[] parts = all(node.parts, at, whole);
                if (node.token instanceof RangePtg) {
                    return RangeEval.instance.evaluate(parts, at.getRowIndex(), at.getColumnIndex());
                }
                return overElements(parts, null, values -> OPERATORS.get(node.token.getClass()).evaluate(values, at.getRowIndex(), at.getColumnIndex()));
            }
            return asItsClass(node.token, leaf(node.token, at, whole), at, whole);
        }

        private ValueEval[] all(Node[] nodes, OperationEvaluationContext at, boolean whole) {
            ValueEval[] found = new ValueEval[nodes.length];
            for (int place = 0; place < nodes.length; place++) {
                found[place] = of(nodes[place], at, whole);
            }
            return found;
        }

        /** An area where the formula wants one value is the cell of it beside the formula. */
        private static ValueEval asItsClass(Ptg token, ValueEval value, OperationEvaluationContext at, boolean whole) {
            boolean one = !whole && !token.isBaseToken() && token.getPtgClass() == Ptg.CLASS_VALUE;
            return one && value instanceof AreaEval ? single(value, at) : value;
        }

        private ValueEval leaf(Ptg token, OperationEvaluationContext at, boolean whole) {
            if (token instanceof NamePtg) {
                return of(tree(book.getName((NamePtg) token).getNameDefinition()), at, whole);
            }
            if (token instanceof RefPtg) {
                return at.getRefEval(((RefPtg) token).getRow(), ((RefPtg) token).getColumn());
            }
            if (token instanceof Ref3DPxg) {
                return at.getRef3DEval((Ref3DPxg) token);
            }
            if (token instanceof AreaPtg) {
                AreaPtg area = (AreaPtg) token;
                return at.getAreaEval(area.getFirstRow(), area.getFirstColumn(), area.getLastRow(), area.getLastColumn());
            }
            if (token instanceof Area3DPxg) {
                return at.getArea3DEval((Area3DPxg) token);
            }
            if (token instanceof IntPtg) {
                return new NumberEval(((IntPtg) token).getValue());
            }
            if (token instanceof NumberPtg) {
                return new NumberEval(((NumberPtg) token).getValue());
            }
            if (token instanceof StringPtg) {
                return new StringEval(((StringPtg) token).getValue());
            }
            if (token instanceof BoolPtg) {
                return BoolEval.valueOf(((BoolPtg) token).getValue());
            }
            if (token instanceof ErrPtg) {
                return ErrorEval.valueOf(((ErrPtg) token).getErrorCode());
            }
            if (token instanceof MissingArgPtg) {
                return MissingArgEval.instance;
            }
            throw new UnsupportedOperationException(token.toString());
        }

        private ValueEval function(AbstractFunctionPtg token, Node[] parts, OperationEvaluationContext at, boolean whole) {
            int index = token.getFunctionIndex();
            boolean lifted = whole || token.getPtgClass() == Ptg.CLASS_ARRAY;
            if (index == IF || index == CHOOSE) {
                ValueEval asked = of(parts[0], at, whole);
                if (!lifted || !(asked instanceof AreaEval)) {
                    return chosen(index, single(asked, at), place -> place < parts.length ? of(parts[place], at, whole) : BoolEval.FALSE);
                }
                ValueEval[] given = all(parts, at, whole);
                return overElements(given, null, values -> chosen(index, values[0], place -> place < values.length ? values[place] : BoolEval.FALSE));
            }
            if (index == EXTERNAL) {
                return external(((NameXPxg) parts[0].token).getNameName().toUpperCase(Locale.ROOT), Arrays.copyOfRange(parts, 1, parts.length), at, whole, lifted);
            }
            ValueEval[] given = all(parts, at, whole);
            if (index == TRANSPOSE) {
                AreaEval area = Criteria.asArea(given[0]);
                return array(area.getWidth(), area.getHeight(), (row, column) -> area.getRelativeValue(column, row));
            }
            Function function = FunctionEval.getBasicFunction(index);
            OfValues once = values -> function.evaluate(values, at.getRowIndex(), at.getColumnIndex());
            return lifted ? overElements(given, token, once) : once.of(given);
        }

        private static ValueEval chosen(int index, ValueEval asked, IntFunction<ValueEval> part) {
            try {
                if (asked instanceof ErrorEval) {
                    return asked;
                }
                if (index == CHOOSE) {
                    return part.apply(OperandResolver.coerceValueToInt(asked));
                }
                Boolean holds = OperandResolver.coerceValueToBoolean(asked, false);
                return part.apply(holds != null && holds ? 1 : 2);
            } catch (EvaluationException problem) {
                return problem.getErrorEval();
            }
        }

        /** A function of Excel 2007: POI's parser does not know which of its arguments are areas, and marks them all as values. */
        private ValueEval external(String name, Node[] parts, OperationEvaluationContext at, boolean whole, boolean lifted) {
            if (!name.equals("COUNTIFS") && !name.equals("SUMIFS")) {
                return book.getUDFFinder().findFunction(name).evaluate(all(parts, at, whole), at);
            }
            ValueEval[] given = new ValueEval[parts.length];
            for (int place = 0; place < parts.length; place++) {
                boolean isCriterion = place % 2 == (name.equals("SUMIFS") ? 0 : 1) && place > 0;
                given[place] = of(parts[place], at, !isCriterion || lifted);
            }
            return name.equals("SUMIFS") ? criteria.summed(given, at, lifted) : criteria.counted(given, at, lifted);
        }

        private interface OfValues {
            ValueEval of(ValueEval[] values);
        }

        /** A function of single values over arrays. token: which arguments are single values; null for all, as those of an operator are. */
        private static ValueEval overElements(ValueEval[] given, AbstractFunctionPtg token, OfValues function) {
            int height = 1, width = 1;
            boolean[] spread = new boolean[given.length];
            for (int place = 0; place < given.length; place++) {
                boolean single = token == null || token.getParameterClass(place) == Ptg.CLASS_VALUE;
                spread[place] = single && given[place] instanceof AreaEval;
                if (spread[place]) {
                    height = Math.max(height, ((AreaEval) given[place]).getHeight());
                    width = Math.max(width, ((AreaEval) given[place]).getWidth());
                }
            }
            return height == 1 && width == 1 ? function.of(given) : array(height, width, (row, column) -> {
                ValueEval[] values = given.clone();
                for (int place = 0; place < given.length; place++) {
                    values[place] = spread[place] ? element(given[place], row, column) : given[place];
                }
                return function.of(values);
            });
        }
    }
}

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.poi.ss.formula.OperationEvaluationContext;
import org.apache.poi.ss.formula.WorkbookEvaluator;
import org.apache.poi.ss.formula.eval.AreaEval;
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
import org.apache.poi.ss.formula.eval.RelationalOperationEval;
import org.apache.poi.ss.formula.eval.StringEval;
import org.apache.poi.ss.formula.eval.TwoOperandNumericOperation;
import org.apache.poi.ss.formula.eval.UnaryMinusEval;
import org.apache.poi.ss.formula.eval.UnaryPlusEval;
import org.apache.poi.ss.formula.eval.ValueEval;
import org.apache.poi.ss.formula.functions.FreeRefFunction;
import org.apache.poi.ss.formula.functions.Function;
import org.apache.poi.ss.formula.ptg.*;

/** Works out formulas with arrays, over the tokens of POI's parser and with POI's functions.
 *
 * POI takes arrays in array formulas alone. Where Excel's file format marks an operand as an array, and POI's parser marks them by the same
 * rules, operators and functions of single values go over the elements here; elsewhere an area is one value, as in Excel.
 */
final class Lifted implements FreeRefFunction {
    static final String NAME = "LIFTED"; // of the function that stands in place of such a formula

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
    private final Map<String, ValueEval> arrays = new HashMap<>(); // what array formulas gave, by sheet and area

    Lifted(Book book, Criteria criteria) {
        this.book = book;
        this.criteria = criteria;
    }

    public ValueEval evaluate(ValueEval[] given, OperationEvaluationContext at) {
        Cell cell = (Cell) book.getSheet(at.getSheetIndex()).getCell(at.getRowIndex(), at.getColumnIndex());
        Node tree = book.lifted.get(cell);
        if (cell.array == null) {
            return WorkbookEvaluator.dereferenceResult(of(tree, at, false), cell.row, cell.column);
        }
        String key = cell.array.formatAsString(cell.sheet.name, true);
        if (!arrays.containsKey(key)) {
            arrays.put(key, of(tree, at, true));
        }
        return Areas.element(arrays.get(key), cell.row - cell.array.getFirstRow(), cell.column - cell.array.getFirstColumn());
    }

    /** What a node gives. whole: whether areas are arrays here whatever they are marked as: all of an array formula is so. */
    private ValueEval of(Node node, OperationEvaluationContext at, boolean whole) {
        if (node.token instanceof AbstractFunctionPtg) {
            return asItsClass(node.token, function(node, at, whole), at, whole);
        }
        if (node.token instanceof OperationPtg) {
            ValueEval[] parts = all(node, at, whole);
            if (node.token instanceof RangePtg) {
                return RangeEval.instance.evaluate(parts, at.getRowIndex(), at.getColumnIndex());
            }
            return overElements(parts, null, values -> OPERATORS.get(node.token.getClass()).evaluate(values, at.getRowIndex(), at.getColumnIndex()));
        }
        return asItsClass(node.token, leaf(node.token, at, whole), at, whole);
    }

    private ValueEval[] all(Node node, OperationEvaluationContext at, boolean whole) {
        ValueEval[] found = new ValueEval[node.parts.length];
        for (int place = 0; place < found.length; place++) {
            found[place] = of(node.parts[place], at, whole || node.isArray(place));
        }
        return found;
    }

    /** An area where the formula wants one value is the cell of it beside the formula. */
    private static ValueEval asItsClass(Ptg token, ValueEval value, OperationEvaluationContext at, boolean whole) {
        boolean one = !whole && !token.isBaseToken() && token.getPtgClass() == Ptg.CLASS_VALUE;
        return one && value instanceof AreaEval ? Areas.single(value, at) : value;
    }

    private ValueEval leaf(Ptg token, OperationEvaluationContext at, boolean whole) {
        if (token instanceof NamePtg) {
            return of(Node.of(book.getName((NamePtg) token).getNameDefinition()), at, whole);
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
        if (token instanceof ArrayPtg) {
            Object[][] values = ((ArrayPtg) token).getTokenArrayValues();
            return Areas.array(values.length, values[0].length, (row, column) -> constant(values[row][column]));
        }
        if (token instanceof MissingArgPtg) {
            return MissingArgEval.instance;
        }
        throw new UnsupportedOperationException(token.toString());
    }

    private static ValueEval constant(Object value) {
        return value instanceof Double ? new NumberEval((Double) value) : value instanceof Boolean ? BoolEval.valueOf((Boolean) value)
            : new StringEval(value.toString());
    }

    private ValueEval function(Node node, OperationEvaluationContext at, boolean whole) {
        Node[] parts = node.parts;
        int index = node.function();
        boolean lifted = whole || node.token.getPtgClass() == Ptg.CLASS_ARRAY;
        if (index == Node.IF || index == Node.CHOOSE) {
            ValueEval asked = of(parts[0], at, whole);
            if (!lifted || !(asked instanceof AreaEval)) {
                return chosen(index, Areas.single(asked, at), place -> place < parts.length ? of(parts[place], at, whole) : BoolEval.FALSE);
            }
            return overElements(all(node, at, whole), null, values ->
                chosen(index, values[0], place -> place < values.length ? values[place] : BoolEval.FALSE));
        }
        if (index == Node.EXTERNAL) {
            return external(((NameXPxg) parts[0].token).getNameName().toUpperCase(Locale.ROOT), node, at, whole, lifted);
        }
        // within an array a function that gives a value has arrays below it too, which POI's parser does not mark throughout; IF and INDEX have not
        boolean below = whole || lifted && node.token.getDefaultOperandClass() == Ptg.CLASS_VALUE;
        ValueEval[] given = all(node, at, below);
        if (index == Node.TRANSPOSE && !(given[0] instanceof NumberEval)) {
            AreaEval area = Areas.asArea(given[0]);
            return Areas.array(area.getWidth(), area.getHeight(), (row, column) -> area.getRelativeValue(column, row));
        }
        if (lifted && (index == Node.ROW || index == Node.COLUMN) && given.length == 1 && given[0] instanceof AreaEval) {
            AreaEval area = (AreaEval) given[0];
            return index == Node.ROW ? Areas.array(area.getHeight(), 1, (row, column) -> new NumberEval(area.getFirstRow() + row + 1))
                : Areas.array(1, area.getWidth(), (row, column) -> new NumberEval(area.getFirstColumn() + column + 1));
        }
        if (index == Node.SUMPRODUCT) { // POI's does not take an error for an array
            for (ValueEval value : given) {
                if (value instanceof ErrorEval) {
                    return value;
                }
            }
        }
        Function function = FunctionEval.getBasicFunction(index);
        OfValues once = values -> function.evaluate(values, at.getRowIndex(), at.getColumnIndex());
        return lifted ? overElements(given, (AbstractFunctionPtg) node.token, once) : once.of(given);
    }

    private static ValueEval chosen(int index, ValueEval asked, IntFunction<ValueEval> part) {
        try {
            if (asked instanceof ErrorEval) {
                return asked;
            }
            if (index == Node.CHOOSE) {
                return part.apply(OperandResolver.coerceValueToInt(asked));
            }
            Boolean holds = OperandResolver.coerceValueToBoolean(asked, false);
            return part.apply(holds != null && holds ? 1 : 2);
        } catch (EvaluationException problem) {
            return problem.getErrorEval();
        }
    }

    /** A function of Excel 2007: POI's parser does not know which of its arguments are areas, and marks them all as values. */
    private ValueEval external(String name, Node node, OperationEvaluationContext at, boolean whole, boolean lifted) {
        boolean sums = name.equals("SUMIFS"), reads = sums || name.equals("COUNTIFS");
        ValueEval[] given = new ValueEval[node.parts.length - 1]; // the first is the name
        for (int place = 0; place < given.length; place++) {
            boolean isCriterion = place > 0 && place % 2 == (sums ? 0 : 1);
            given[place] = of(node.parts[place + 1], at, whole || reads && (!isCriterion || lifted));
        }
        if (name.equals("IFERROR") && lifted) {
            return overElements(given, null, values -> book.getUDFFinder().findFunction(name).evaluate(values, at));
        }
        if (!reads) {
            return book.getUDFFinder().findFunction(name).evaluate(given, at);
        }
        return sums ? criteria.summed(given, at, lifted) : criteria.counted(given, at, lifted);
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
        return height == 1 && width == 1 ? function.of(given) : Areas.array(height, width, (row, column) -> {
            ValueEval[] values = given.clone();
            for (int place = 0; place < given.length; place++) {
                values[place] = spread[place] ? Areas.element(given[place], row, column) : given[place];
            }
            return function.of(values);
        });
    }
}

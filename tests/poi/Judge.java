// What Apache POI makes of the formulas of a workbook: java Judge BOOK.xlsx, a line for each cell with a formula: sheet, cell, kind, value.
//
// POI parses every formula, works it out and asks for the cells that it needs. Debian's POI cannot open an xlsx, so Reader does, and Book turns
// structured references into references to cells. What POI 4.0.1 lacks stands in Lifted, in Criteria, and in main.
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.poi.ss.formula.IStabilityClassifier;
import org.apache.poi.ss.formula.WorkbookEvaluator;
import org.apache.poi.ss.formula.eval.BoolEval;
import org.apache.poi.ss.formula.eval.ErrorEval;
import org.apache.poi.ss.formula.eval.EvaluationException;
import org.apache.poi.ss.formula.eval.NumberEval;
import org.apache.poi.ss.formula.eval.OperandResolver;
import org.apache.poi.ss.formula.eval.StringEval;
import org.apache.poi.ss.formula.eval.ValueEval;
import org.apache.poi.ss.formula.functions.Function;
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
}

import org.apache.poi.ss.formula.CacheAreaEval;
import org.apache.poi.ss.formula.OperationEvaluationContext;
import org.apache.poi.ss.formula.eval.AreaEval;
import org.apache.poi.ss.formula.eval.ErrorEval;
import org.apache.poi.ss.formula.eval.EvaluationException;
import org.apache.poi.ss.formula.eval.OperandResolver;
import org.apache.poi.ss.formula.eval.RefEval;
import org.apache.poi.ss.formula.eval.ValueEval;

/** Arrays, and single values in them. */
final class Areas {
    private Areas() { }

    interface Element {
        ValueEval at(int row, int column);
    }

    static ValueEval array(int height, int width, Element element) {
        ValueEval[] found = new ValueEval[height * width];
        for (int place = 0; place < found.length; place++) {
            found[place] = element.at(place / width, place % width);
        }
        return found.length == 1 ? found[0] : new CacheAreaEval(0, 0, height - 1, width - 1, found);
    }

    /** An element of an array: one row or column stands for as many as are needed, and what is beyond is not available. */
    static ValueEval element(ValueEval given, int row, int column) {
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

    static ValueEval single(ValueEval given, OperationEvaluationContext at) {
        try {
            return OperandResolver.getSingleValue(given, at.getRowIndex(), at.getColumnIndex());
        } catch (EvaluationException problem) {
            return problem.getErrorEval();
        }
    }

    /** A reference as an area. */
    static AreaEval asArea(ValueEval given) {
        return given instanceof RefEval ? ((RefEval) given).offset(0, 0, 0, 0) : (AreaEval) given;
    }
}

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.poi.ss.formula.ptg.*;

/** A part of a formula: a token of POI's parser and what it takes. */
final class Node {
    static final int IF = 1, ROW = 8, COLUMN = 9, LOOKUP = 28, INDEX = 29, TRANSPOSE = 83, CHOOSE = 100, SUMPRODUCT = 228, EXTERNAL = 255;

    final Ptg token;
    final Node[] parts;

    Node(Ptg token, Node... parts) {
        this.token = token;
        this.parts = parts;
    }

    static Node of(Ptg[] tokens) {
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

    /** The number of a function, -1 for what is none. */
    int function() {
        return token instanceof AbstractFunctionPtg ? ((AbstractFunctionPtg) token).getFunctionIndex() : -1;
    }

    /** Whether a part is an array in every formula: Excel takes one for what LOOKUP searches and for what INDEX picks from. */
    boolean isArray(int place) {
        return function() == LOOKUP && place > 0 || function() == INDEX && place == 0;
    }

    /** Whether the formula has operands that are arrays. */
    boolean hasArrays() {
        if (token instanceof ArrayPtg || function() == SUMPRODUCT || !token.isBaseToken() && token.getPtgClass() == Ptg.CLASS_ARRAY) {
            return true;
        }
        for (int place = 0; place < parts.length; place++) {
            if (parts[place].hasArrays() || isArray(place) && parts[place].token instanceof ValueOperatorPtg) {
                return true;
            }
        }
        return false;
    }
}

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.poi.ss.formula.OperationEvaluationContext;
import org.apache.poi.ss.formula.eval.AreaEval;
import org.apache.poi.ss.formula.eval.BlankEval;
import org.apache.poi.ss.formula.eval.BoolEval;
import org.apache.poi.ss.formula.eval.ErrorEval;
import org.apache.poi.ss.formula.eval.MissingArgEval;
import org.apache.poi.ss.formula.eval.NumberEval;
import org.apache.poi.ss.formula.eval.OperandResolver;
import org.apache.poi.ss.formula.eval.StringEval;
import org.apache.poi.ss.formula.eval.ValueEval;

/** COUNTIFS and SUMIFS as Excel documents them. POI's take no array of criteria, and to them no number is <>"text".
 *
 * What meets a criterion in a range, and the numbers of a range, are found once.
 */
final class Criteria {
    private final Map<String, BitSet> met = new HashMap<>();
    private final Map<String, ValueEval[]> filled = new HashMap<>();

    ValueEval counted(ValueEval[] given, OperationEvaluationContext at, boolean lifted) {
        return overCriteria(given, 0, at, lifted, (area, rows) -> new NumberEval(rows.cardinality()));
    }

    ValueEval summed(ValueEval[] given, OperationEvaluationContext at, boolean lifted) {
        AreaEval added = Areas.asArea(given[0]);
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
                criteria[place] = Areas.single(given[place], at);
            } else {
                height = Math.max(height, ((AreaEval) given[place]).getHeight());
                width = Math.max(width, ((AreaEval) given[place]).getWidth());
            }
        }
        return Areas.array(height, width, (row, column) -> {
            BitSet rows = null;
            AreaEval own = null;
            for (int place = first; place + 1 < given.length; place += 2) {
                AreaEval area = Areas.asArea(given[place]);
                if (own != null && (own.getHeight() != area.getHeight() || own.getWidth() != area.getWidth())) {
                    return ErrorEval.VALUE_INVALID;
                }
                own = area;
                BitSet found = met(area, Areas.element(criteria[place + 1], row, column));
                if (rows == null) {
                    rows = (BitSet) found.clone();
                } else {
                    rows.and(found);
                }
            }
            return result.of(own, rows);
        });
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
        String key = place(area) + " " + (criterion instanceof NumberEval ? ((NumberEval) criterion).getNumberValue() : criterion); // all digits; a kind
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

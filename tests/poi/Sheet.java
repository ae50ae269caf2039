import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.poi.ss.formula.EvaluationCell;
import org.apache.poi.ss.formula.EvaluationSheet;

/** A sheet and its cells, in the order in which they are written. */
final class Sheet implements EvaluationSheet {
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

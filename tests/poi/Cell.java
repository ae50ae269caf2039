import org.apache.poi.ss.formula.EvaluationCell;
import org.apache.poi.ss.formula.EvaluationSheet;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.FormulaError;
import org.apache.poi.ss.util.CellRangeAddress;

/** A cell: what stands in it, or the formula whose value is asked for. */
final class Cell implements EvaluationCell {
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

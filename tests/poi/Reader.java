import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamReader;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.ss.util.CellReference;

/** Reads the cells, names and tables of an xlsx as XlsxWriter lays it out: the parts of sheet n are sheetn.xml. */
final class Reader {
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
                String heading = xml.getAttributeValue(null, "name");
                book.addColumn(table, heading, sheet, area.getFirstColumn() + column++, area.getFirstRow() + 2, area.getLastRow() + 1);
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

import io.swagger.v3.core.util.Json;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Parses each document as API Gateway's importer does, and prints in JSON what the parser says, and what it has read. */
public class Reread {
    public static void main(String[] paths) throws Exception {
        for (String path : paths) {
            SwaggerParseResult read =
                    new OpenAPIV3Parser().readContents(Files.readString(Path.of(path)), null, new ParseOptions());
            Map<String, Object> report = new LinkedHashMap<>();
            report.put("messages", read.getMessages());
            report.put("document", read.getOpenAPI());
            System.out.println(Json.mapper().writeValueAsString(report));
        }
    }
}

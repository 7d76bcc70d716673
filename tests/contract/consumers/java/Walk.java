import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.RecordsApi;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.QueryUserRequest;
import org.openapitools.client.model.RecordPage;

/** The client of openapi-generator: one query, a walk over all pages, and an error. */
public class Walk {
  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    // Over plain HTTP it would ask for an upgrade to HTTP/2, which the server of the local gateway does not take.
    client.setHttpClientBuilder(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1));
    client.updateBaseUri(System.getenv("API_URL"));
    client.setRequestInterceptor(request -> request.header("x-api-key", System.getenv("API_KEY")));
    RecordsApi api = new RecordsApi(client);
    Map<String, Object> report = new LinkedHashMap<>();
    RecordPage page = api.queryUser(query().limit(5), null);
    report.put("first", page.getItems().get(0).getCreatedAt());
    int pages = 1;
    int rows = page.getItems().size();
    while (page.getNextCursor() != null) {
      page = api.queryUser(query().limit(5).cursor(page.getNextCursor()), null);
      pages += 1;
      rows += page.getItems().size();
    }
    report.put("pages", pages);
    report.put("rows", rows);
    ObjectMapper mapper = ApiClient.createDefaultObjectMapper();
    try {
      api.queryUser(query().cursor("A".repeat(120)), null);
    } catch (ApiException error) {
      Problem problem = mapper.readValue(error.getResponseBody(), Problem.class);
      report.put("refused", error.getCode() + " " + problem.getCode());
    }
    System.out.println(mapper.writeValueAsString(report));
  }

  private static QueryUserRequest query() {
    return new QueryUserRequest().userId(System.getenv("USER_ID"));
  }
}

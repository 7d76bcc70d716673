// Prints a user's failed pushes: QUERY_SERVICE_URL=... QUERY_SERVICE_API_KEY=... npm run example -- test_user_001
import { QueryServiceError, queryServiceClient, userRecords } from "./client.js";

const client = queryServiceClient({
  baseUrl: process.env["QUERY_SERVICE_URL"] ?? "http://127.0.0.1:8080/v1",
  apiKey: process.env["QUERY_SERVICE_API_KEY"] ?? "",
});

try {
  for await (const record of userRecords(client, { user_id: process.argv[2] ?? "test_user_001", status: ["FAILED"] })) {
    console.log(new Date(record.created_at).toISOString(), record.transaction_id, record.error_msg ?? "");
  }
} catch (error) {
  if (!(error instanceof QueryServiceError)) throw error;
  console.error(
    `${error.status} ${error.problem?.code ?? ""} ${error.message} (request id ${error.requestId ?? "unknown"})`,
  );
  process.exitCode = 1;
}

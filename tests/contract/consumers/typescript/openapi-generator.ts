import { Configuration, ProblemFromJSON, RecordsApi, ResponseError } from "./made";
import { key, type Query, url, walk } from "./walk";

const api = new RecordsApi(new Configuration({ basePath: url, apiKey: key }));
const post = ({ user_id, limit, cursor }: Query) =>
  api.queryUser({ queryUserRequest: { userId: user_id, limit, cursor } });

await walk(
  async (body) => {
    const page = await post(body);
    const items = page.items.map((record) => ({ created_at: record.createdAt }));
    return { items, next_cursor: page.nextCursor };
  },
  async (body) => {
    try {
      await post(body);
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error;
      return `${error.response.status} ${ProblemFromJSON(await error.response.json()).code}`;
    }
    return "200";
  },
);

import createClient from "openapi-fetch";
import type { paths } from "./made/schema";
import { key, type Query, url, walk } from "./walk";

const client = createClient<paths>({ baseUrl: url, headers: { "x-api-key": key } });
const post = (body: Query) => client.POST("/query/user", { body });

await walk(
  async (body) => {
    const { data, error } = await post(body);
    if (data === undefined) throw new Error(error.detail);
    return data;
  },
  async (body) => {
    const { error, response } = await post(body);
    return `${response.status} ${error?.code}`;
  },
);

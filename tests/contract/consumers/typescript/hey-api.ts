import { client } from "./made/client.gen";
import { queryUser } from "./made/sdk.gen";
import { key, type Query, url, walk } from "./walk";

client.setConfig({ baseUrl: url, auth: key });
const post = (body: Query) => queryUser({ body });

await walk(
  async (body) => {
    const { data, error } = await post(body);
    if (data === undefined) throw new Error(error.detail);
    return data;
  },
  async (body) => {
    const { error, response } = await post(body);
    return `${response?.status} ${error?.code}`;
  },
);

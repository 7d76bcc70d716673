// What each consumer does: one query, a walk over all pages, and an error.
export const url = process.env.API_URL!;
export const key = process.env.API_KEY!;
const user_id = process.env.USER_ID!;
const fakeCursor = "A".repeat(120);

export interface Query {
  user_id: string;
  limit?: number;
  cursor?: string;
}
interface Page {
  items: { created_at: number }[];
  next_cursor?: string;
}

// `query` returns a page; `refusal` returns the status and the code of an error.
export async function walk(query: (body: Query) => Promise<Page>, refusal: (body: Query) => Promise<string>) {
  let page = await query({ user_id, limit: 5 });
  const first = page.items[0].created_at;
  let pages = 1;
  let rows = page.items.length;
  while (page.next_cursor !== undefined) {
    page = await query({ user_id, limit: 5, cursor: page.next_cursor });
    pages += 1;
    rows += page.items.length;
  }
  const refused = await refusal({ user_id, cursor: fakeCursor });
  console.log(JSON.stringify({ first, pages, rows, refused }));
}

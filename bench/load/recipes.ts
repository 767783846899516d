/** What the load generator sends: the n-th request of a recipe, as bytes. Recipes are data, so that they travel to its process. */
import { type CatalogShape, nodeTransaction } from './catalog-shape.ts';

export type Recipe =
  /** The same GET again and again. */
  | { readonly kind: 'get'; readonly path: string }
  /** One path after the other: `prefix` and a number below `count`. */
  | { readonly kind: 'get-each'; readonly prefix: string; readonly count: number; readonly query: string }
  /** One of `services` services with its agent, each time with the next port from `firstPort` on. */
  | { readonly kind: 'register'; readonly services: number; readonly firstPort: number }
  /** A new value of `valueBytes` for one of `keys` keys below `prefix`. */
  | { readonly kind: 'kv-put'; readonly prefix: string; readonly keys: number; readonly valueBytes: number }
  /** The n-th node of a catalog with all that is on it, in one transaction. */
  | { readonly kind: 'catalog-node'; readonly shape: CatalogShape };

/** The n-th request. */
export type RequestMaker = (n: number) => Buffer;

export function requestMaker(recipe: Recipe): RequestMaker {
  switch (recipe.kind) {
    case 'get': {
      const bytes = getRequest(recipe.path);
      return () => bytes;
    }
    case 'get-each':
      return (n) => getRequest(`${recipe.prefix}${n % recipe.count}${recipe.query}`);
    case 'register':
      return (n) => {
        const body = { Name: `service-${n % recipe.services}`, Port: recipe.firstPort + Math.floor(n / recipe.services) };
        return putRequest('/v1/agent/service/register', JSON.stringify(body));
      };
    case 'kv-put':
      return (n) => putRequest(`/v1/kv/${recipe.prefix}/${n % recipe.keys}`, `${n}`.padEnd(recipe.valueBytes, 'x'));
    case 'catalog-node':
      return (n) => putRequest('/v1/txn', JSON.stringify(nodeTransaction(recipe.shape, n)));
  }
}

export function getRequest(path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
}

export function putRequest(path: string, body: string): Buffer {
  return Buffer.from(`PUT ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

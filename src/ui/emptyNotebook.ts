/** What a new notebook begins with. */
export const emptyNotebook =
  '---\nflowbook: 1\ntitle: Untitled\n---\n\n# Untitled\n\n```ts tasks\nconst hello = task((name: string) => `Hello, ${name}!`)\n```\n\n```ts main\nflow("Hello", () => hello(param("name", "world")))\n```\n';

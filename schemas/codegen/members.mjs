// Lists the members of generated TypeScript that have no type: `node members.mjs FILE...`.
import { readFileSync } from "node:fs";
import ts from "typescript";

const untyped = new Set([ts.SyntaxKind.AnyKeyword, ts.SyntaxKind.UnknownKeyword, ts.SyntaxKind.ObjectKeyword]);

function isTyped(node) {
  if (ts.isTypeLiteralNode(node) && !node.members.length) return false;
  // `[name: string]: unknown` says that further members are allowed: it is no member itself.
  return !untyped.has(node.kind) && !ts.forEachChild(node, (child) => (ts.isIndexSignatureDeclaration(child) ? undefined : !isTyped(child)));
}

function visit(node, found, source) {
  if (ts.isPropertySignature(node) && node.type) found.push([node.name.getText(source), isTyped(node.type)]);
  ts.forEachChild(node, (child) => visit(child, found, source));
}

const members = [];
for (const path of process.argv.slice(2)) {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
  visit(source, members, source);
}
console.log(JSON.stringify({ members: members.length, untyped: members.filter(([, typed]) => !typed).map(([name]) => name) }));

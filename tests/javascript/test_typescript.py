"""TypeScript: types are erased, what has a value keeps it."""

import pytest

from tests.javascript.running import executed, loaded, reasons, sent


def ts(text):
    execution = executed(text, path="migrations/1.ts")
    assert not reasons(execution)
    return sent(execution)


HEAD = "import type { Knex } from 'knex';\nimport { Knex as K, knex as k } from 'knex';\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("await knex.raw('a' as string);", "a"),
        ("await knex.raw(<any>'a');", "a"),
        ("await knex.raw(('a' satisfies string)!);", "a"),
        ("await knex!.raw!('a');", "a"),
        ("const f = <T,>(x: T): T => x; await knex.raw(f<string>('a'));", "a"),
        ("const l: Array<{ n: string }> = [{ n: 'a' }]; await knex.raw(l[0]!.n);", "a"),
        ("interface I { a: string } const o: I | null = { a: 'a' }; await knex.raw(o.a);", "a"),
        ("let x: string; x = 'a'; await knex.raw(x);", "a"),
        ("const c = ['a'] as const; await knex.raw(c[0]);", "a"),
        ("(knex as any).x = 1; let o = {} as any; (o as any).y = 'a'; await knex.raw(o.y);", "a"),
    ],
)  # fmt: skip
def test_types_are_erased(body, expected):
    text = f"{HEAD}export async function up(knex: Knex): Promise<void> {{ {body} }}"
    assert sent(executed(text, path="migrations/1.ts")) == [expected]


@pytest.mark.parametrize(
    ("declaration", "use", "expected"),
    [
        ("enum E { A = 'a', B = 'b' }", "E.A + E.B", "ab"),
        ("enum E { A, B, C = 5, D }", "`${E.A}${E.B}${E.C}${E.D}${E[5]}`", "0156C"),
        ("const enum E { A = 1 << 2, B = A | 1 }", "`${E.B}`", "5"),
        ("export enum E { A = 'a' }", "Object.values(E).join()", "a"),
        ("namespace N { export const x = 'a' }", "N.x", "a"),
        ("class C { constructor(private readonly x: string) {} get(): string { return this.x } }",
         "new C('a').get()", "a"),
        ("abstract class C { static readonly t = 'a'; declare z: number; abstract f(): void }",
         "C.t", "a"),
        ("class C { x?: string; y: string = 'a' }", "new C().y", "a"),
        ("function f(a: string): string; function f(a: any) { return a }", "f('a')", "a"),
        ("function f(this: Knex, a = 'a', ...r: string[]) { return a }", "f()", "a"),
        ("declare const zzz: number; declare module 'x' { }", "'a'", "a"),
    ],
)  # fmt: skip
def test_declarations_are_what_they_compile_to(declaration, use, expected):
    assert ts(f"{declaration}\nexport const up = (knex: Knex) => knex.raw({use});") == [expected]


@pytest.mark.parametrize("extension", ["ts", "cts", "mts"])
def test_all_typescript_extensions_are_read(extension):
    text = "export const up = (knex: Knex): Promise<void> => knex.raw('a');"
    assert sent(executed(text, path=f"m/1.{extension}")) == ["a"]


def test_only_values_are_exported():
    text = "export interface up {} export type down = string; export const config = {};"
    assert list(loaded(text, path="m/1.ts").exports) == ["config"]

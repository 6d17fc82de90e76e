/** A named block of `print`, one TAB deep; its lines stand one deeper. */
export function block(name: string, lines: readonly string[]): readonly string[] {
  return [`\t${name} = {`, ...lines.map((line) => `\t\t${line}`), '\t}']
}

/** `PORT => 8080`, as blocks list variables. */
export function variableLines(variables: readonly (readonly [name: string, value: string])[]): readonly string[] {
  return variables.map(([name, value]) => `${name} => ${value}`)
}

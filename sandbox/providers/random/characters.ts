import { randomInt } from "node:crypto";

/** Which characters a random string draws from and how many of each kind it must hold. */
export interface StringRecipe {
  readonly length: number;
  readonly upper: boolean;
  readonly lower: boolean;
  readonly numeric: boolean;
  readonly special: boolean;
  readonly minUpper: number;
  readonly minLower: number;
  readonly minNumeric: number;
  readonly minSpecial: number;
  readonly overrideSpecial?: string | undefined;
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const NUMERIC = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

function draw(alphabet: string, count: number): string[] {
  const characters = Array.from(alphabet);
  return Array.from({ length: count }, () => characters[randomInt(characters.length)] ?? "");
}

function shuffle(characters: readonly string[]): string[] {
  const result = [...characters];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    const [a, b] = [result[last] ?? "", result[other] ?? ""];
    result[last] = b;
    result[other] = a;
  }
  return result;
}

/** A string as the recipe says, from the system's random source; the recipe must allow at least one character. */
export function randomText(recipe: StringRecipe): string {
  const special = recipe.overrideSpecial === undefined || recipe.overrideSpecial === ""
    ? SPECIAL
    : recipe.overrideSpecial;
  const alphabet = [
    recipe.upper ? UPPER : "",
    recipe.lower ? LOWER : "",
    recipe.numeric ? NUMERIC : "",
    recipe.special ? special : "",
  ].join("");
  const required = [
    ...draw(NUMERIC, recipe.minNumeric),
    ...draw(LOWER, recipe.minLower),
    ...draw(UPPER, recipe.minUpper),
    ...draw(special, recipe.minSpecial),
  ];
  return shuffle([...required, ...draw(alphabet, recipe.length - required.length)]).join("");
}

import { randomInt } from "node:crypto";

const ADVERBS = ["barely", "brightly", "calmly", "deeply", "evenly", "firmly", "gently", "happily", "kindly", "lightly",
  "mildly", "neatly", "openly", "partly", "quickly", "readily", "safely", "tightly", "vastly", "wisely"];
const ADJECTIVES = ["able", "amused", "bold", "brave", "calm", "clever", "eager", "fair", "fluent", "gentle", "grand",
  "honest", "keen", "loyal", "modest", "neat", "noble", "proud", "quick", "rapid", "smart", "steady", "sunny", "tidy",
  "vital", "warm", "wise", "witty"];
const NAMES = ["badger", "beetle", "bison", "cobra", "crane", "dingo", "eagle", "falcon", "ferret", "gecko", "heron",
  "ibex", "jackal", "koala", "lemur", "lynx", "marten", "moose", "otter", "owl", "panda", "puffin", "raven", "robin",
  "seal", "sparrow", "tiger", "weasel", "whale", "zebra"];

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? "";
}

/** A pet's name of so many words: adverbs, one adjective, one animal, as the official plugin orders them. */
export function petName(words: number, separator: string): string {
  const adverbs = Array.from({ length: Math.max(words - 2, 0) }, () => pick(ADVERBS));
  const adjective = words > 1 ? [pick(ADJECTIVES)] : [];
  return [...adverbs, ...adjective, pick(NAMES)].join(separator);
}

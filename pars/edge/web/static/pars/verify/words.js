// What the page says of a report, in both languages. A rule's own sentence stands in English under its code, as in pars-verify.

const FRAME = {
  UNREADABLE: ["The file can't be read on from here.", "A partir de aquí el archivo no se puede leer."],
  SECTION_MOVED: ["A part stands where none of its kind may stand.", "Una parte está donde no puede estar ninguna de su clase."],
  TRAILER: ["Some byte was changed: the file isn't what its last line says.", "Algún byte se cambió: el archivo no es lo que dice su final."],
  TEXT_CHANGED: ["A text is not the one that its hash names.", "Un texto no es el que nombra su huella."],
  TEXT_MISSING: ["A text that an entry names is missing.", "Falta un texto que nombra una anotación."],
  TEXT_EXTRA: ["A text is there that no entry names.", "Hay un texto que ninguna anotación nombra."],
  LEAF_LIST: ["The list of leaf hashes is not that of the entries.", "La lista de huellas no es la de las anotaciones."],
  ENTRY_CHANGED: ["The entry at this place is not the one that was sealed here.", "La anotación de este lugar no es la que se selló aquí."],
  ENTRY_MISSING: ["An entry that was sealed is missing.", "Falta una anotación que se selló."],
  SIDE_ROW: ["The commitments to the records shown are not those that the entry states.", "Los compromisos de los expedientes mostrados no son los que dice la anotación."],
  CHECKPOINT: ["A checkpoint is not signed by the log's key over this ledger.", "Un punto de control no está firmado por la clave del libro sobre este libro."],
  NO_CHECKPOINT: ["No good checkpoint covers the last entries.", "Ningún punto de control válido cubre las últimas anotaciones."],
  CUT_SHORT: ["The file ends too early.", "El archivo termina antes de tiempo."],
  NO_ENTRY: ["There is no entry in it.", "No contiene ninguna anotación."],
  NOT_TRUSTED: ["It isn't the ledger of the keys that you gave.", "No es el libro de las claves que usted dio."],
  HISTORY_REWRITTEN: ["Its beginning is not that of the checkpoint that you kept.", "Su comienzo no es el del punto de control que usted guardó."],
  UNKNOWN_RULES: ["It was opened under rules that this page doesn't carry.", "Se abrió con reglas que esta página no tiene."],
};
const FORM = ["The entry is not written as an entry is.", "La anotación no está escrita como se escribe una anotación."];
const RULE = ["The entry breaks a rule of the ledger.", "La anotación incumple una regla del libro."];

export const WORDS = {
  en: {
    reading: (mib, of, entries) => `Read ${mib} MiB${of ? ` of ${of}` : ""}, ${entries} entries.`,
    fetching: "Asking this server for its ledger.",
    failed: (why) => `It could not be read: ${why}`,
    keys: (why) => `The keys can't be used: ${why}`,
    nothing: "Choose a file first.",
    cannot: "This browser can't check Ed25519 signatures, so nothing is checked here. Take a newer one, or pars-verify.",
    verified: "Verified",
    violated: "Violated: this is not the ledger as it was sealed, or the ledger broke its own rules",
    unusable: "Unusable: this can't be checked",
    simulated: "A simulated clock: a demonstration or a drill. Its times are made up, and so are its people.",
    index: (index, entry, byte) => `First bad entry: index ${index}${entry === null ? "" : ` (entry number ${entry})`}, at byte ${byte}.`,
    place: (byte) => `No entry is at fault. At byte ${byte}:`,
    rely: "Nothing in this file can be relied on from there on. Keep it, and ask the owners for theirs.",
    all: (count) => `All that was found wrong (${count})`,
    about: "The ledger", name: "Name", entries: "Entries", times: "From and to", checkpoints: "Signed checkpoints", key: "The log's key", root: "Root",
    votes: "Votes of the owners", answers: "Answers to outside agencies", shown: "Times that staff were shown records", refusals: "Refusals", records: (count) => `${count} records`,
    proven: "What this shows", unproven: "What this does not show",
    shows: [
      "The entries are exactly what the log's key signed, in this order: nothing was changed, left out, moved or put in since.",
      "Each vote is signed with the key of one of the owners' seats, and no agreement came into force without as many of them as the charter asks for.",
      "Each answer to an agency was recorded under an agreement in force at that time, for a purpose and columns that it grants, for a person whom it names, and before its end.",
    ],
    without: "Whose ledger this is. It vouches only for itself: compare the key above with the one that the owners gave you, or give their keys here.",
    not: [
      "That this page is honest. It came from the server whose ledger it checks: pars-verify, taken from elsewhere, doesn't.",
      "That nobody took copies by another way or went around PARS, or that records were true.",
      "That this is the newest or the only ledger, or that its times are right.",
    ],
  },
  es: {
    reading: (mib, of, entries) => `Leídos ${mib} MiB${of ? ` de ${of}` : ""}, ${entries} anotaciones.`,
    fetching: "Se pide el libro a este servidor.",
    failed: (why) => `No se pudo leer: ${why}`,
    keys: (why) => `Las claves no sirven: ${why}`,
    nothing: "Elija primero un archivo.",
    cannot: "Este navegador no puede comprobar firmas Ed25519, así que aquí no se comprueba nada. Use uno más nuevo, o pars-verify.",
    verified: "Comprobado",
    violated: "Alterado: este no es el libro tal como se selló, o el libro incumplió sus propias reglas",
    unusable: "Inservible: esto no se puede comprobar",
    simulated: "Un reloj simulado: una demostración o un ejercicio. Sus horas son inventadas, y sus personas también.",
    index: (index, entry, byte) => `Primera anotación mala: índice ${index}${entry === null ? "" : ` (anotación número ${entry})`}, en el byte ${byte}.`,
    place: (byte) => `Ninguna anotación tiene la culpa. En el byte ${byte}:`,
    rely: "A partir de ahí no se puede confiar en nada de este archivo. Guárdelo, y pida a los propietarios el suyo.",
    all: (count) => `Todo lo que se encontró mal (${count})`,
    about: "El libro", name: "Nombre", entries: "Anotaciones", times: "Desde y hasta", checkpoints: "Puntos de control firmados", key: "La clave del libro", root: "Raíz",
    votes: "Votos de los propietarios", answers: "Respuestas a agencias externas", shown: "Veces que se mostraron expedientes al personal", refusals: "Rechazos", records: (count) => `${count} expedientes`,
    proven: "Lo que esto muestra", unproven: "Lo que esto no muestra",
    shows: [
      "Las anotaciones son exactamente lo que firmó la clave del libro, en este orden: desde entonces nada se cambió, se quitó, se movió ni se añadió.",
      "Cada voto está firmado con la clave de un puesto de los propietarios, y ningún acuerdo entró en vigor sin tantos como exige la carta.",
      "Cada respuesta a una agencia se anotó según un acuerdo en vigor en ese momento, para un fin y unas columnas que concede, para una persona que nombra, y antes de su fin.",
    ],
    without: "De quién es este libro. Solo responde por sí mismo: compare la clave de arriba con la que le dieron los propietarios, o ponga aquí sus claves.",
    not: [
      "Que esta página sea honrada. Vino del servidor cuyo libro comprueba: pars-verify, tomado de otra parte, no.",
      "Que nadie sacara copias por otra vía ni eludiera PARS, ni que los expedientes dijeran la verdad.",
      "Que este sea el libro más nuevo o el único, ni que sus horas sean correctas.",
    ],
  },
};

/** A finding in one sentence, in the language. */
export const told = (what, language) => (FRAME[what] ?? (what.startsWith("ENTRY_") ? FORM : RULE))[language === "es" ? 1 : 0];

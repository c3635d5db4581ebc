// The list of purposes (section 6 of the spec): what each is called in a version's text, and which evidence it can demand.

const LIST = `
criminal_investigation | the investigation of a crime that was reported or is suspected | la investigación de un delito denunciado o que se sospecha | case_number, warrant_number
prosecution | the decision on charges and the prosecution of a criminal case | la decisión sobre los cargos y la acusación en un caso penal | docket, case_number
court_administration | preparing, scheduling and recording a hearing before a court | la preparación, la programación y el registro de una audiencia ante un tribunal | docket
custody | the lawful custody, transport and release of a person who is detained | la custodia legal, el traslado y la liberación de una persona detenida | case_number, docket, warrant_number
warrant_service | the service of a warrant that a judge has signed | la ejecución de una orden firmada por un juez | warrant_number, docket
supervision | the supervision of a named person who is on probation or parole with the agency | la supervisión de una persona identificada que está en libertad condicional o bajo palabra ante la agencia | case_number, docket
victim_notice | telling a registered victim of what happens in their own case | informar a una víctima registrada de lo que ocurre en su propio caso | docket, case_number
civil_enforcement | the enforcement of civil law against a person, immigration law among it | la aplicación de leyes civiles contra una persona, entre ellas las de inmigración | warrant_number, docket, case_number
legal_process | what one subpoena or order of a court demands | lo que exige una citación o una orden determinada de un tribunal | docket, case_number
own_request | giving a person the record about themselves, at their own request | entregar a una persona el expediente sobre sí misma, a petición suya | case_number
`;

const LISTED = LIST.trim().split("\n").map((line) => {
  const [code, en, es, evidence] = line.split(" | ");
  return { code, en, es, evidence: evidence.split(", ") };
});

/** Whether a line of the list says the purpose in these words and lets it demand this evidence. */
export function wasListed({ code, says, evidence }) {
  return LISTED.some((line) => line.code === code && line.en === says.en && line.es === says.es && line.evidence.includes(evidence));
}

/** What the panel of a session says, in one language. */
export interface PanelTexts {
  readonly title: string;
  readonly notRecorded: string;
  readonly mayNotStart: string;
  readonly starting: string;
  readonly recordedSince: (time: string) => string;
  readonly byUser: string;
  readonly byPolicy: string;
  readonly byAdministrator: (account: string | undefined) => string;
  readonly stopped: string;
  readonly stoppedByAdministrator: string;
  readonly userIsAsked: string;
  readonly start: string;
  readonly stop: string;
  readonly close: string;
}

export const english: PanelTexts = {
  title: 'Recording of this session',
  notRecorded: 'This session is not being recorded.',
  mayNotStart: 'You may not start a recording of it.',
  starting: 'The recording is about to begin.',
  recordedSince: (time) => `This session has been recorded since ${time}.`,
  byUser: 'You started the recording.',
  byPolicy: 'It is recorded because your organisation’s rules say so. You cannot stop it.',
  byAdministrator: (account) =>
    `An administrator${account === undefined ? '' : ` (${account})`} started the recording. You cannot stop it.`,
  stopped: 'The recording has been stopped and is being saved.',
  stoppedByAdministrator: 'An administrator has stopped the recording. Only they can start it again.',
  userIsAsked: 'Answer first whether you agree to be recorded.',
  start: 'Start',
  stop: 'Stop',
  close: 'Close',
};

const german: PanelTexts = {
  title: 'Aufzeichnung dieser Sitzung',
  notRecorded: 'Diese Sitzung wird nicht aufgezeichnet.',
  mayNotStart: 'Sie dürfen keine Aufzeichnung starten.',
  starting: 'Die Aufzeichnung beginnt gleich.',
  recordedSince: (time) => `Diese Sitzung wird seit ${time} aufgezeichnet.`,
  byUser: 'Sie haben die Aufzeichnung gestartet.',
  byPolicy: 'Sie wird nach den Regeln Ihrer Organisation aufgezeichnet. Sie können das nicht beenden.',
  byAdministrator: (account) =>
    `Die Administration${account === undefined ? '' : ` (${account})`} hat die Aufzeichnung gestartet. Sie können sie nicht beenden.`,
  stopped: 'Die Aufzeichnung ist beendet und wird gespeichert.',
  stoppedByAdministrator: 'Die Administration hat die Aufzeichnung beendet. Nur sie kann sie wieder starten.',
  userIsAsked: 'Antworten Sie zuerst, ob Sie der Aufzeichnung zustimmen.',
  start: 'Starten',
  stop: 'Beenden',
  close: 'Schließen',
};

const french: PanelTexts = {
  title: 'Enregistrement de cette session',
  notRecorded: 'Cette session n’est pas enregistrée.',
  mayNotStart: 'Vous ne pouvez pas démarrer d’enregistrement.',
  starting: 'L’enregistrement va commencer.',
  recordedSince: (time) => `Cette session est enregistrée depuis le ${time}.`,
  byUser: 'Vous avez démarré l’enregistrement.',
  byPolicy: 'Elle est enregistrée selon les règles de votre organisation. Vous ne pouvez pas l’arrêter.',
  byAdministrator: (account) =>
    `L’administration${account === undefined ? '' : ` (${account})`} a démarré l’enregistrement. Vous ne pouvez pas l’arrêter.`,
  stopped: 'L’enregistrement est arrêté et en cours de sauvegarde.',
  stoppedByAdministrator: 'L’administration a arrêté l’enregistrement. Elle seule peut le redémarrer.',
  userIsAsked: 'Répondez d’abord si vous acceptez d’être enregistré.',
  start: 'Démarrer',
  stop: 'Arrêter',
  close: 'Fermer',
};

const spanish: PanelTexts = {
  title: 'Grabación de esta sesión',
  notRecorded: 'Esta sesión no se está grabando.',
  mayNotStart: 'No puede iniciar una grabación.',
  starting: 'La grabación está a punto de empezar.',
  recordedSince: (time) => `Esta sesión se graba desde el ${time}.`,
  byUser: 'Usted inició la grabación.',
  byPolicy: 'Se graba según las normas de su organización. No puede detenerla.',
  byAdministrator: (account) =>
    `La administración${account === undefined ? '' : ` (${account})`} inició la grabación. No puede detenerla.`,
  stopped: 'La grabación se ha detenido y se está guardando.',
  stoppedByAdministrator: 'La administración ha detenido la grabación. Solo ella puede reanudarla.',
  userIsAsked: 'Responda primero si acepta ser grabado.',
  start: 'Iniciar',
  stop: 'Detener',
  close: 'Cerrar',
};

const texts: Readonly<Record<string, PanelTexts>> = { en: english, de: german, fr: french, es: spanish };

/** English for a language that has none. */
export function panelTextsOf(language: string): PanelTexts {
  return texts[language.split('-')[0] ?? ''] ?? english;
}

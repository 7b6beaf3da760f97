import type { NoticeText } from '@afterimage/contracts';

/** A notice as the product words it: to be told (NTF-003), and to be asked for consent (NTF-004). */
export interface BuiltInNotice extends NoticeText {
  language: string;
  consentBody: string;
}

/** What stands in where nobody has written a message; sorted by language. */
export const builtInNotices: readonly BuiltInNotice[] = [
  {
    language: 'de',
    title: 'Diese Sitzung wird aufgezeichnet',
    body: 'Ihre Aktivitäten in dem Desktop oder Programm, das Sie gerade gestartet haben, werden aufgezeichnet. Wenn Sie damit nicht einverstanden sind, schließen Sie den Desktop oder das Programm.',
    consentBody:
      'Ihre Aktivitäten in dem Desktop oder Programm, das Sie gerade gestartet haben, sollen aufgezeichnet werden. Wenn Sie zustimmen, wird die Sitzung fortgesetzt und aufgezeichnet. Wenn Sie ablehnen, wird die Sitzung beendet.',
  },
  {
    language: 'en',
    title: 'This session is being recorded',
    body: 'What you do in the desktop or program that you have just started is being recorded. If you object, close the desktop or program.',
    consentBody:
      'What you do in the desktop or program that you have just started is to be recorded. If you accept, the session goes on and is recorded. If you decline, the session ends.',
  },
  {
    language: 'es',
    title: 'Esta sesión se está grabando',
    body: 'Se está grabando su actividad en el escritorio o programa que acaba de iniciar. Si no está de acuerdo, cierre el escritorio o programa.',
    consentBody:
      'Se va a grabar su actividad en el escritorio o programa que acaba de iniciar. Si acepta, la sesión continúa y se graba. Si rechaza, la sesión finaliza.',
  },
  {
    language: 'fr',
    title: 'Cette session est enregistrée',
    body: 'Votre activité dans le bureau ou le programme que vous venez de démarrer est enregistrée. Si vous vous y opposez, fermez le bureau ou le programme.',
    consentBody:
      'Votre activité dans le bureau ou le programme que vous venez de démarrer doit être enregistrée. Si vous acceptez, la session continue et elle est enregistrée. Si vous refusez, la session prend fin.',
  },
  {
    language: 'it',
    title: 'Questa sessione viene registrata',
    body: 'La sua attività nel desktop o nel programma appena avviato viene registrata. Se non è d’accordo, chiuda il desktop o il programma.',
    consentBody:
      'La sua attività nel desktop o nel programma appena avviato deve essere registrata. Se accetta, la sessione continua e viene registrata. Se rifiuta, la sessione termina.',
  },
  {
    language: 'ja',
    title: 'このセッションは記録されています',
    body: '起動したデスクトップまたはプログラムでの操作が記録されています。同意しない場合は、デスクトップまたはプログラムを閉じてください。',
    consentBody:
      '起動したデスクトップまたはプログラムでの操作を記録します。同意すると、セッションは継続され、記録されます。拒否すると、セッションは終了します。',
  },
  {
    language: 'nl',
    title: 'Deze sessie wordt opgenomen',
    body: 'Wat u doet in het bureaublad of programma dat u zojuist hebt gestart, wordt opgenomen. Als u hiertegen bezwaar hebt, sluit u het bureaublad of programma.',
    consentBody:
      'Wat u doet in het bureaublad of programma dat u zojuist hebt gestart, moet worden opgenomen. Als u akkoord gaat, gaat de sessie door en wordt deze opgenomen. Als u weigert, wordt de sessie beëindigd.',
  },
  {
    language: 'pl',
    title: 'Ta sesja jest nagrywana',
    body: 'Czynności wykonywane w uruchomionym właśnie pulpicie lub programie są nagrywane. W razie sprzeciwu należy zamknąć pulpit lub program.',
    consentBody:
      'Czynności wykonywane w uruchomionym właśnie pulpicie lub programie mają być nagrywane. Po wyrażeniu zgody sesja będzie kontynuowana i nagrywana. W razie odmowy sesja zostanie zakończona.',
  },
  {
    language: 'pt',
    title: 'Esta sessão está sendo gravada',
    body: 'A sua atividade na área de trabalho ou no programa que acabou de iniciar está sendo gravada. Se não concordar, feche a área de trabalho ou o programa.',
    consentBody:
      'A sua atividade na área de trabalho ou no programa que acabou de iniciar será gravada. Se aceitar, a sessão continua e é gravada. Se recusar, a sessão termina.',
  },
  {
    language: 'zh-Hans',
    title: '正在录制此会话',
    body: '您在刚刚启动的桌面或程序中的操作正在被录制。如果您不同意，请关闭该桌面或程序。',
    consentBody: '您在刚刚启动的桌面或程序中的操作将被录制。如果您接受，会话将继续并被录制。如果您拒绝，会话将结束。',
  },
];

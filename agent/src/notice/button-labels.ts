export interface ButtonLabels {
  readonly dismiss: string;
  readonly accept: string;
  readonly decline: string;
}

const english: ButtonLabels = { dismiss: 'OK', accept: 'Accept', decline: 'Decline' };

const labels: Readonly<Record<string, ButtonLabels>> = {
  en: english,
  de: { dismiss: 'OK', accept: 'Zustimmen', decline: 'Ablehnen' },
  fr: { dismiss: 'OK', accept: 'Accepter', decline: 'Refuser' },
  es: { dismiss: 'Aceptar', accept: 'Aceptar', decline: 'Rechazar' },
  it: { dismiss: 'OK', accept: 'Accetta', decline: 'Rifiuta' },
  nl: { dismiss: 'OK', accept: 'Akkoord', decline: 'Weigeren' },
  pt: { dismiss: 'OK', accept: 'Aceitar', decline: 'Recusar' },
  pl: { dismiss: 'OK', accept: 'Zgadzam się', decline: 'Odmawiam' },
  ja: { dismiss: 'OK', accept: '同意する', decline: '拒否する' },
  zh: { dismiss: '确定', accept: '同意', decline: '拒绝' },
};

/** English for a language that has none. */
export function buttonLabelsOf(language: string): ButtonLabels {
  return labels[language.split('-')[0] ?? ''] ?? english;
}

/** Whose web site and mail domain belong together. */

/** Domains anybody may have an address at: they say nothing about a company. */
const freeMail: ReadonlySet<string> = new Set(
  `gmail.com googlemail.com outlook.com outlook.de outlook.fr hotmail.com hotmail.co.uk hotmail.de hotmail.fr hotmail.it hotmail.es
  live.com live.co.uk live.de live.fr live.nl msn.com yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.co.jp yahoo.co.in
  ymail.com rocketmail.com aol.com icloud.com me.com mac.com gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de freenet.de mail.de
  posteo.de proton.me protonmail.com pm.me tutanota.com tuta.io zoho.com fastmail.com hey.com mail.com email.com mail.ru inbox.ru bk.ru
  list.ru yandex.ru yandex.com rambler.ru qq.com foxmail.com 163.com 126.com sina.com naver.com daum.net hanmail.net orange.fr wanadoo.fr
  free.fr sfr.fr laposte.net libero.it virgilio.it tiscali.it alice.it btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net
  comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net shaw.ca rogers.com sympatico.ca bluewin.ch
  telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl telia.com terra.com.br uol.com.br bol.com.br bigpond.com
  optusnet.com.au rediffmail.com seznam.cz centrum.cz wp.pl onet.pl o2.pl interia.pl`.split(/\s+/),
);

/** Domain of an e-mail address in lower case; null when it has none or says nothing about a company. */
export function companyDomain(mail: string | null | undefined): string | null {
  const domain = /@([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/.exec((mail ?? '').trim().toLowerCase())?.[1] ?? null;
  return domain === null || freeMail.has(domain) ? null : domain;
}

/** Host of a web site as people type it (with or without scheme, `www.` and path), in lower case; null when it is none. */
export function hostOf(website: string | null | undefined): string | null {
  const text = (website ?? '').trim().toLowerCase();
  return /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?=[:/?#]|$)/.exec(text)?.[1] ?? null;
}

/** The first of these domains that the web site is at, itself or one level up (`shop.contoso.com` is at `contoso.com`). */
export function sharedDomain(website: string | null | undefined, domains: readonly string[]): string | null {
  const host = hostOf(website);
  return host === null ? null : (domains.find((domain) => host === domain || host.endsWith(`.${domain}`)) ?? null);
}

/** Domains of a customer by the addresses of its people. */
export const companyDomains = (people: readonly { readonly email: string }[]): readonly string[] => [
  ...new Set(people.flatMap(({ email }) => companyDomain(email) ?? [])),
];

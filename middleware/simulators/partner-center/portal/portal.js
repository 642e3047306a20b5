// The page on which a person plays the Microsoft seller against the simulator. It shows what /__control/state says,
// once a second while the page is visible, and posts what is clicked.

const byId = (id) => document.getElementById(id);

let shown = {};

function make(tag, { text, className, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.filter(Boolean));
  return node;
}

function say(text) {
  byId('message').textContent = text;
}

async function post(path, body = {}) {
  try {
    const response = await fetch(`/__control${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    say(response.ok ? '' : ((await response.json()).message ?? 'That did not work.'));
  } catch {
    say('The simulator does not answer. Is it still running?');
  }
  await refresh();
}

function button(text, key, action, className) {
  const node = make('button', { text, className, 'data-key': key });
  node.addEventListener('click', action);
  return node;
}

const day = (iso) => (iso ? new Date(iso).toLocaleDateString(undefined, { dateStyle: 'medium', timeZone: 'UTC' }) : '–');
const money = ({ dealValue, currency }) => (dealValue === null ? 'no value' : `${dealValue.toLocaleString()} ${currency ?? ''}`);

function state(who, { status, substatus, statusReason }) {
  const colour = { Won: 'good', Accepted: 'good', Pending: 'wait', Received: 'wait' }[substatus] ?? (status === 'Closed' ? 'bad' : '');
  return make('span', {
    className: `state ${colour}`,
    text: `${who}: ${status} / ${substatus}${statusReason ? ` (${statusReason})` : ''}`,
  });
}

function dealNode({ engagementId, own, leg }) {
  const deal = own ?? leg;
  const key = (act) => `${engagementId}-${act}`;
  const act = (name, body) => () => post(`/deals/${deal.id}/${name}`, body);
  const openOwn = own && own.status !== 'Closed';
  const actions = [];
  if (leg?.status === 'New') {
    actions.push(button('Accept', key('accept'), act('accept'), 'main'));
    actions.push(button('Decline …', key('decline'), () => decline(deal)));
    if (leg.substatus === 'Pending') actions.push(button('Mark as received', key('receive'), act('receive')));
  }
  if (leg?.status === 'Active') {
    actions.push(button('Win', key('win'), act('win')));
    actions.push(button('Lose', key('lose'), act('lose')));
  }
  if (openOwn) actions.push(button('Change …', key('edit'), () => edit(own)));
  if (own?.status === 'New' || leg?.status === 'New') actions.push(button('Let it expire', key('expire'), act('expire')));
  const expiry = own?.expirationDateTime ?? leg?.expirationDateTime;
  const title = make('h3', { text: deal.name ?? 'Without a name', id: `deal-${engagementId}` });
  return make(
    'li',
    { 'aria-labelledby': `deal-${engagementId}` },
    title,
    make('p', {
      text: `${deal.customer ?? 'No customer'} · ${deal.place || 'no place'} · ${money(deal)} · closes ${day(deal.closingDate)}`,
    }),
    make(
      'div',
      { className: 'states' },
      own && state('Partner', own),
      leg
        ? state('Microsoft', leg)
        : make('span', { className: 'state', text: leg === null && deal.visible ? 'Visible, no help asked' : 'Private' }),
    ),
    deal.solutions.length > 0 && make('p', { className: 'quiet', text: `Solutions: ${deal.solutions.join(', ')}` }),
    leg && leg.help !== 'Unknown' && make('p', { className: 'quiet', text: `Help asked: ${leg.help}${leg.note ? ` – ${leg.note}` : ''}` }),
    leg?.msxId && make('p', { className: 'quiet', text: `CRM identifier ${leg.msxId}, seller ${leg.team.join(', ')}` }),
    deal.notes && make('p', { className: 'quiet', text: `Notes: ${deal.notes}` }),
    expiry && make('p', { className: 'quiet', text: `Waiting for an answer until ${day(expiry)}` }),
    actions.length > 0 && make('div', { className: 'buttons', role: 'group', 'aria-label': `Actions for ${deal.name}` }, ...actions),
  );
}

function deliveryNode({ number, event, state: result, attempts, lastAnswer }) {
  const words = {
    waiting: attempts === 0 ? 'waiting' : `tried ${attempts === 1 ? 'once' : `${attempts} times`}, ${lastAnswer}`,
    sending: 'sending',
    delivered: 'delivered',
    offline: `given up, ${lastAnswer}`,
    lost: 'dropped',
  };
  return make(
    'tr',
    {},
    make('td', { text: String(number) }),
    make('td', { text: event }),
    make('td', { text: words[result] ?? result }),
    make(
      'td',
      {},
      result === 'waiting'
        ? button('Drop', `drop-${number}`, () => post('/webhooks/drop', { number }))
        : button('Repeat', `repeat-${number}`, () => post('/webhooks/repeat', { number })),
    ),
  );
}

/** Renders only what changed, and gives the focus back to the button that had it. */
function render(list, items, node) {
  const text = JSON.stringify(items);
  if (shown[list.id] === text) return;
  shown = { ...shown, [list.id]: text };
  const key = list.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  list.replaceChildren(...items.map(node));
  if (key) [...list.querySelectorAll('[data-key]')].find((candidate) => candidate.dataset.key === key)?.focus();
}

async function refresh() {
  let now;
  try {
    now = await (await fetch('/__control/state')).json();
  } catch {
    say('The simulator does not answer. Is it still running?');
    return;
  }
  byId('clock').textContent = new Date(now.now).toLocaleString();
  byId('network').textContent = now.networkCut ? 'cut' : 'working';
  byId('registration').textContent = now.registration?.webhookUrl ?? 'nobody: no webhook is registered';
  byId('cut').setAttribute('aria-pressed', String(now.networkCut));
  byId('cut').textContent = now.networkCut ? 'Mend the network' : 'Cut the network';
  render(byId('deals'), now.deals, dealNode);
  render(byId('deliveries'), now.deliveries, deliveryNode);
  byId('no-deals').hidden = now.deals.length > 0;
  byId('no-deliveries').hidden = now.deliveries.length > 0;
}

/** Opens a dialog; resolves with its values, or null when it was cancelled. */
function ask(dialog, values = {}) {
  const form = dialog.querySelector('form');
  for (const [name, value] of Object.entries(values)) if (form.elements[name]) form.elements[name].value = value ?? '';
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'ok' ? Object.fromEntries(new FormData(form)) : null), {
      once: true,
    });
  });
}

async function decline({ id }) {
  const values = await ask(byId('decline'));
  if (values) await post(`/deals/${id}/decline`, values);
}

async function edit({ id, dealValue, closingDate, notes }) {
  const values = await ask(byId('edit'), { dealValue, closingDate, notes });
  if (!values) return;
  const changes = {};
  if (Number(values.dealValue) !== dealValue) changes.dealValue = Number(values.dealValue);
  if (values.closingDate !== closingDate) changes.closingDate = values.closingDate;
  if (values.notes !== (notes ?? '')) changes.notes = values.notes;
  if (Object.keys(changes).length > 0) await post(`/deals/${id}/edit`, changes);
}

byId('send-deal').addEventListener('click', async () => {
  const inThreeMonths = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const values = await ask(byId('send'), { closingDate: inThreeMonths });
  if (!values) return;
  const { kind, name, customer, city, country, dealValue, currency, closingDate, note } = values;
  await post(`/${kind}`, {
    name,
    customer: { name: customer, city, country },
    dealValue: Number(dealValue),
    currency,
    closingDate,
    note: note || null,
  });
});
for (const node of document.querySelectorAll('[data-advance]')) {
  node.addEventListener('click', () => post('/clock', { advanceMs: Number(node.dataset.advance) }));
}
for (const node of document.querySelectorAll('[data-fault]')) {
  const { fault } = node.dataset;
  node.addEventListener('click', () =>
    post('/webhooks/fault', { fault: fault === 'delay' ? { kind: 'delay', ms: 30_000 } : { kind: fault } }),
  );
}
byId('cut').addEventListener('click', () => post('/network', { cut: byId('cut').getAttribute('aria-pressed') !== 'true' }));

setInterval(() => {
  if (document.visibilityState === 'visible') void refresh();
}, 1000);
void refresh();

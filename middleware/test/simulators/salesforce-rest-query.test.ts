import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { admin, call, errorCode, newDeal, query, rows, seller, testOrg, type TestOrg } from './salesforce-org-fixture.ts';

/** Five deals on two accounts. */
function withDeals(): TestOrg {
  const test = testOrg();
  const sam = test.org.asUser(seller);
  const fabrikam = sam.insert('Account', { Name: 'Fabrikam', BillingCountry: 'SE' });
  const tailspin = sam.insert('Account', { Name: "Tailspin's", BillingCountry: 'DE' });
  for (const [index, AccountId] of [fabrikam, fabrikam, tailspin, tailspin, null].entries()) {
    newDeal(test, {
      Name: `Deal ${index}`,
      AccountId,
      Amount: index === 3 ? null : index * 100,
      CloseDate: `2026-11-${18 + index}`,
      Shared__c: index % 2 === 0,
      StageName: index === 4 ? 'Closed Won' : 'Prospecting',
    });
    test.clock.now += 1000;
  }
  return test;
}
const names = async (test: TestOrg, rest: string): Promise<string> =>
  (await rows(test, seller, `SELECT Name FROM Opportunity ${rest}`)).map((row) => (row as { Name: string }).Name.slice(5)).join('');

describe('SOQL', () => {
  const filters: readonly (readonly [string, string])[] = [
    ['WHERE Amount >= 100 ORDER BY Name', '124'],
    ['WHERE Amount = null', '3'],
    ['WHERE Amount != null AND Amount < 200 ORDER BY Name', '01'],
    ["WHERE Name LIKE 'deal _' AND (StageName = 'closed won' OR Name IN ('Deal 1', 'Deal 2')) ORDER BY Name DESC", '421'],
    ["WHERE NOT (Name = 'Deal 0') AND Name NOT IN ('Deal 1') ORDER BY Name", '234'],
    ["WHERE NOT Name LIKE '%0' ORDER BY Name", '1234'],
    ["WHERE Account.Name = 'Tailspin\\'s' ORDER BY Name", '23'],
    ["WHERE Account.BillingCountry IN ('SE') ORDER BY Name", '01'],
    ['WHERE AccountId = null', '4'],
    ['WHERE Shared__c = true AND IsClosed = false ORDER BY Name', '02'],
    ['WHERE CloseDate < 2026-11-20 ORDER BY Name', '01'],
    ['WHERE CloseDate = TODAY', '2'],
    ['WHERE CloseDate = LAST_N_DAYS:1 ORDER BY Name', '12'],
    ['WHERE CloseDate > TODAY ORDER BY Name', '34'],
    ['WHERE SystemModstamp >= 2026-11-20T10:00:03Z ORDER BY SystemModstamp, Id', '34'],
    ['WHERE SystemModstamp > 2026-11-20T11:00:02+01:00 ORDER BY SystemModstamp, Id', '34'],
    ['ORDER BY Amount NULLS LAST, Name LIMIT 5', '01243'],
    ['ORDER BY Amount DESC LIMIT 2 OFFSET 1', '42'],
    ['WHERE Id IN (SELECT OpportunityId FROM OpportunityContactRole)', ''],
    ["WHERE Owner.Name = 'Sam Seller' AND CreatedBy.Username = 'sam@cosell.test' ORDER BY Opportunity.Name LIMIT 1", '0'],
  ];
  for (const [rest, expected] of filters) {
    it(`… FROM Opportunity ${rest}`, async () => assert.equal(await names(withDeals(), rest), expected));
  }

  it('reads a deal whole: parents several steps up, children with their own parents', async () => {
    const test = withDeals();
    const [deal] = test.org.query("SELECT Id FROM Opportunity WHERE Name = 'Deal 0'");
    const contact = test.org.insert('Contact', { FirstName: 'Maja', LastName: 'Lind', Email: 'maja@fabrikam.example' });
    test.org.insert('OpportunityContactRole', { OpportunityId: String(deal?.['Id']), ContactId: contact, IsPrimary: true });
    const soql = `SELECT Id, Account.Owner.Name, Account.Name, (SELECT Contact.Name, Contact.Email FROM OpportunityContactRoles WHERE IsPrimary = true), (SELECT Id FROM Deal_Solutions__r) FROM Opportunity WHERE Id = '${String(deal?.['Id'])}'`;
    assert.deepEqual(await rows(test, admin, soql), [
      {
        Id: deal?.['Id'],
        Account: { Owner: { Name: 'Sam Seller' }, Name: 'Fabrikam' },
        OpportunityContactRoles: {
          totalSize: 1,
          done: true,
          records: [{ Contact: { Name: 'Maja Lind', Email: 'maja@fabrikam.example' } }],
        },
        Deal_Solutions__r: null,
      },
    ]);
  });

  it('counts, alone and by group', async () => {
    const test = withDeals();
    assert.deepEqual((await query(test, seller, 'SELECT COUNT() FROM Opportunity WHERE IsClosed = false')).body, {
      totalSize: 4,
      done: true,
      records: [],
    });
    assert.deepEqual(
      await rows(test, seller, 'SELECT StageName, COUNT(Id) n, SUM(Amount) FROM Opportunity GROUP BY StageName HAVING COUNT(Id) > 1'),
      [{ StageName: 'Prospecting', n: 4, expr0: 300 }],
    );
  });

  it('shows deleted rows to queryAll only', async () => {
    const test = withDeals();
    const [deal] = test.org.query("SELECT Id FROM Opportunity WHERE Name = 'Deal 0'");
    test.org.delete(String(deal?.['Id']));
    assert.equal(await names(test, 'ORDER BY Name'), '1234');
    const all = await call(
      test,
      seller,
      'GET',
      `/queryAll?q=${encodeURIComponent('SELECT Name FROM Opportunity WHERE IsDeleted = true AND SystemModstamp >= 2026-11-20T10:00:00Z')}`,
    );
    assert.equal((all.body as { totalSize: number }).totalSize, 1);
  });

  it('gives long answers page by page, each page one call', async () => {
    const test = testOrg({ switches: { queryPageRows: 200 } });
    for (let index = 0; index < 450; index += 1) newDeal(test, { Name: `Deal ${index}` });
    test.org.journal.clear();
    let page = (await query(test, seller, 'SELECT Name FROM Opportunity')).body as {
      totalSize: number;
      done: boolean;
      nextRecordsUrl?: string;
      records: unknown[];
    };
    const sizes = [page.records.length];
    while (page.nextRecordsUrl !== undefined) {
      newDeal(test);
      page = (await call(test, seller, 'GET', page.nextRecordsUrl.replace('/services/data/v66.0', ''))).body as typeof page;
      sizes.push(page.records.length);
    }
    assert.deepEqual([sizes, page.totalSize, page.done, test.org.journal.charged()], [[200, 200, 50], 450, true, 3]);
    assert.equal(errorCode(await call(test, seller, 'GET', '/query/01g5g0000000009-200')), 'INVALID_QUERY_LOCATOR');
  });

  const refusals: readonly (readonly [string, string, RegExp])[] = [
    ['SELECT Id FROM Nothing', 'INVALID_TYPE', /'Nothing' is not supported/],
    ['SELECT Id, Nope__c FROM Opportunity', 'INVALID_FIELD', /No such column 'Nope__c' on entity 'Opportunity'/],
    ['SELECT Nope__r.Name FROM Opportunity', 'INVALID_FIELD', /Didn't understand relationship 'Nope__r'/],
    ['SELECT Id, Id FROM Opportunity', 'INVALID_FIELD', /duplicate field selected: Id/],
    ["SELECT Id FROM Opportunity WHERE Audit__c = 'x'", 'INVALID_FIELD', /can not be filtered/],
    ['SELECT Id FROM Opportunity ORDER BY Audit__c', 'MALFORMED_QUERY', /can not be sorted/],
    [
      "SELECT Id FROM Opportunity WHERE CloseDate = '2026-01-01'",
      'INVALID_FIELD',
      /must be of type date and should not be enclosed in quotes/,
    ],
    ['SELECT Id FROM Opportunity WHERE Name = 5', 'INVALID_FIELD', /must be of type string and should be enclosed in quotes/],
    ["SELECT Id FROM Opportunity WHERE Id = 'nonsense'", 'INVALID_QUERY_FILTER_OPERATOR', /invalid ID field: nonsense/],
    ["SELECT Id FROM Opportunity WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", 'MALFORMED_QUERY', /unexpected token: 'or'/],
    ['SELECT Id FROM Opportunity WHERE', 'MALFORMED_QUERY', /unexpected token: '<EOF>'/],
    ['SELECT FIELDS(ALL) FROM Opportunity', 'MALFORMED_QUERY', /FIELDS\(\)/],
    ['SELECT Id FROM Opportunity WITH SECURITY_ENFORCED', 'MALFORMED_QUERY', /with/i],
    ['SELECT Id, (SELECT Id FROM Nope__r) FROM Opportunity', 'INVALID_TYPE', /Didn't understand relationship 'Nope__r' in FROM/],
    ['SELECT Id FROM Changed__e', 'INVALID_TYPE', /Changed__e/],
  ];
  for (const [soql, code, message] of refusals) {
    it(`refuses ${soql}`, async () => {
      const reply = await query(testOrg(), seller, soql);
      assert.deepEqual([reply.status, errorCode(reply)], [400, code]);
      assert.match((reply.body as { message: string }[])[0]?.message ?? '', message);
    });
  }
});

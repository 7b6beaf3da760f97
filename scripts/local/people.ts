/** Who can sign in on one machine. The groups are what an identity provider would say of them. */
export const people = {
  administrator: {
    username: 'ada',
    password: 'afterimage',
    name: 'Ada Administrator',
    email: 'ada@example.com',
    groups: ['afterimage-administrators'],
  },
  reviewer: {
    username: 'rita',
    password: 'afterimage',
    name: 'Rita Reviewer',
    email: 'rita@example.com',
    groups: ['reviewers'],
  },
  visitor: {
    username: 'vic',
    password: 'afterimage',
    name: 'Vic Visitor',
    email: 'vic@example.com',
    groups: ['visitors'],
  },
};

export type Person = (typeof people)[keyof typeof people];

import { personRoleSchema } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';
import { isSignedOut, ProblemAlert } from '../../shell/problem-alert.tsx';
import { usePageFrame } from '../../shell/shell.tsx';
import { useAddress } from '../policies/content/use-address.ts';
import { MembersDialog } from './members-dialog.tsx';
import { type RoleAssignment, useRoleAssignments } from './use-role-assignments.ts';

/** What each role permits, and who holds it. */
export default function RolesPage() {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  const [address, setAddress] = useAddress();
  const list = useRoleAssignments();
  const title = t('roles.title');
  usePageFrame({ title, contentType: 'table' });
  const columns = useRoleColumns((role) => setAddress({ role }));
  if (list.error !== undefined && (list.data === undefined || isSignedOut(list.error))) {
    return (
      <ContentLayout header={<Header variant="h1">{title}</Header>}>
        <ProblemAlert
          area="policies"
          error={list.error}
          onRetry={list.refresh}
          onSignIn={() => void session.signIn()}
        />
      </ContentLayout>
    );
  }
  const chosenRole = personRoleSchema.safeParse(address.get('role')).data;
  const chosen = list.data?.find(({ role }) => role === chosenRole);
  const close = () => setAddress({ role: undefined });
  return (
    <>
      <Table
        variant="full-page"
        stickyHeader
        wrapLines
        items={list.data ?? []}
        columnDefinitions={columns}
        trackBy="role"
        loading={list.data === undefined}
        loadingText={t('roles.loading')}
        ariaLabels={{ tableLabel: title }}
        header={
          <Header variant="awsui-h1-sticky" description={t('roles.description')}>
            {title}
          </Header>
        }
      />
      {chosen !== undefined && (
        <MembersDialog
          key={chosen.role}
          assignment={chosen}
          onCancel={close}
          onDone={() => {
            close();
            list.refresh();
          }}
        />
      )}
    </>
  );
}

function useRoleColumns(onChange: (role: string) => void): TableProps.ColumnDefinition<RoleAssignment>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'role',
      header: t('roles.column.role'),
      isRowHeader: true,
      minWidth: 140,
      cell: ({ role }) => t(`roles.role.${role}.name`),
    },
    {
      id: 'detail',
      header: t('roles.column.detail'),
      minWidth: 220,
      cell: ({ role }) => t(`roles.role.${role}.detail`),
    },
    { id: 'users', header: t('roles.column.users'), minWidth: 110, cell: (row) => <Names row={row} kind="user" /> },
    { id: 'groups', header: t('roles.column.groups'), minWidth: 110, cell: (row) => <Names row={row} kind="group" /> },
    {
      id: 'change',
      header: t('roles.column.change'),
      minWidth: 130,
      cell: ({ role }) =>
        personRoleSchema.safeParse(role).success && (
          <Button
            variant="inline-link"
            ariaLabel={t('roles.change-of', { role: t(`roles.role.${role}.name`) })}
            onClick={() => onChange(role)}
          >
            {t('roles.change')}
          </Button>
        ),
    },
  ];
}

function Names({ row, kind }: { row: RoleAssignment; kind: 'user' | 'group' }) {
  const { t } = useTranslation();
  const names = row.members.filter((member) => member.kind === kind).map(({ name }) => name);
  if (names.length === 0) return <Box color="text-status-inactive">{t('roles.nobody')}</Box>;
  return names.join(', ');
}

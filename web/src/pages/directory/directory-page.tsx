import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Tabs from '@cloudscape-design/components/tabs';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useParams } from 'react-router';
import { GroupsSection } from './groups/groups-section.tsx';
import { ImportSection } from './import/import-section.tsx';
import { PeopleSection } from './people/people-section.tsx';
import { ScimSection } from './scim/scim-section.tsx';
import { SourcesSection } from './sources/sources-section.tsx';

const sections: readonly { id: string; href: string; Content: ComponentType }[] = [
  { id: 'people', href: '/directory', Content: PeopleSection },
  { id: 'groups', href: '/directory/groups', Content: GroupsSection },
  { id: 'import', href: '/directory/import', Content: ImportSection },
  { id: 'scim', href: '/directory/scim', Content: ScimSection },
  { id: 'sources', href: '/directory/sources', Content: SourcesSection },
];

/** The people and groups that policies and roles speak of, and who may say so. */
export default function DirectoryPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { section = 'people' } = useParams();
  if (!sections.some(({ id }) => id === section)) return <Navigate to="/directory" replace />;
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={t('directory.description')}>
          {t('directory.title')}
        </Header>
      }
    >
      <Tabs
        ariaLabel={t('directory.title')}
        activeTabId={section}
        onChange={({ detail }) => void navigate(detail.activeTabHref ?? '/directory')}
        tabs={sections.map(({ id, href, Content }) => ({
          id,
          href,
          label: t(`directory.tab.${id}`),
          content: id === section ? <Content /> : null,
        }))}
      />
    </ContentLayout>
  );
}

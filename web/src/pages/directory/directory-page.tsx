import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { TabbedPage } from '../../shell/tabbed-page.tsx';
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
  return (
    <TabbedPage
      title={t('directory.title')}
      description={t('directory.description')}
      sections={sections.map((section) => ({ ...section, label: t(`directory.tab.${section.id}`) }))}
    />
  );
}

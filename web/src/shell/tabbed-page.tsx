import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Tabs from '@cloudscape-design/components/tabs';
import type { ComponentType } from 'react';
import { Navigate, useNavigate, useParams } from 'react-router';

export interface TabbedPageProps {
  title: string;
  description: string;
  /** The first is at the page's own address, the others under it by their id. */
  sections: readonly { id: string; href: string; label: string; Content: ComponentType }[];
}

/** A page in sections, each with its address; only the one in sight is there. */
export function TabbedPage({ title, description, sections }: TabbedPageProps) {
  const navigate = useNavigate();
  const { section = sections[0]?.id } = useParams();
  const home = sections[0]?.href ?? '/';
  if (!sections.some(({ id }) => id === section)) return <Navigate to={home} replace />;
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={description}>
          {title}
        </Header>
      }
    >
      <Tabs
        ariaLabel={title}
        activeTabId={section ?? ''}
        onChange={({ detail }) => void navigate(detail.activeTabHref ?? home)}
        tabs={sections.map(({ id, href, label, Content }) => ({
          id,
          href,
          label,
          content: id === section ? <Content /> : null,
        }))}
      />
    </ContentLayout>
  );
}

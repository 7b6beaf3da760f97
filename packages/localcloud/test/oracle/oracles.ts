import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OracleService } from './oracle-endpoint.ts';

/** A server that somebody else wrote and that answers calls of some services as AWS does. */
export interface Oracle {
  name: string;
  version: string;
  /** What it is asked about. */
  services: readonly OracleService[];
  /** Program and arguments that let it listen on a port of the loopback interface. */
  command(port: number): { program: string; args: string[]; environment?: Record<string, string> };
  /** Programs without which it can be neither obtained nor run. */
  needs: readonly string[];
  /** Brings it into its directory, with the package manager as this machine has it set up. */
  obtain(): void;
}

const versions = {
  dynamoDbLocal: '2.6.1',
  elasticMq: '1.6.12',
  moto: '5.2.5',
  minio: 'v0.0.0-20260212201848-7aac2a2c5b7c',
};
const accountId = '000000000000';

/** @param cache where they are kept from run to run, outside of the work tree */
export function oraclesIn(cache: string): Oracle[] {
  return [
    dynamoDbLocal(join(cache, 'dynamodb-local')),
    elasticMq(join(cache, 'elasticmq')),
    moto(join(cache, 'moto')),
    minio(join(cache, 'minio')),
  ];
}

function dynamoDbLocal(directory: string): Oracle {
  const version = versions.dynamoDbLocal;
  return {
    name: 'DynamoDB Local',
    version,
    services: ['dynamodb'],
    needs: ['mvn', 'java'],
    obtain: () => copyFromMaven(directory, 'com.amazonaws', 'DynamoDBLocal', version),
    command: (port) => ({
      program: 'java',
      args: [
        `-Djava.library.path=${directory}/lib`,
        '-cp',
        `${directory}/lib/*`,
        'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
        '-inMemory',
        '-port',
        String(port),
      ],
    }),
  };
}

function elasticMq(directory: string): Oracle {
  const version = versions.elasticMq;
  return {
    name: 'ElasticMQ',
    version,
    services: ['sqs'],
    needs: ['mvn', 'java'],
    obtain: () => copyFromMaven(directory, 'org.elasticmq', 'elasticmq-server_2.13', version),
    command: (port) => ({
      program: 'java',
      args: [
        '-Dnode-address.host=127.0.0.1',
        `-Dnode-address.port=${port}`,
        '-Drest-sqs.bind-hostname=127.0.0.1',
        `-Drest-sqs.bind-port=${port}`,
        '-Drest-stats.enabled=false',
        '-Daws.region=us-east-1',
        `-Daws.accountId=${accountId}`,
        '-cp',
        `${directory}/lib/*`,
        'org.elasticmq.server.Main',
      ],
    }),
  };
}

function moto(directory: string): Oracle {
  const version = versions.moto;
  const bin = join(directory, 'bin');
  return {
    name: 'moto',
    version,
    services: ['dynamodb', 's3', 'sqs', 'kms'],
    needs: ['python3'],
    obtain() {
      if (existsSync(join(bin, 'moto_server'))) return;
      run('python3', ['-m', 'venv', directory]);
      run(join(bin, 'pip'), ['install', '--quiet', `moto[server]==${version}`]);
    },
    command: (port) => ({
      program: join(bin, 'moto_server'),
      args: ['-H', '127.0.0.1', '-p', String(port)],
      environment: { MOTO_ACCOUNT_ID: accountId },
    }),
  };
}

function minio(directory: string): Oracle {
  const program = join(directory, 'minio');
  return {
    name: 'MinIO',
    version: versions.minio,
    services: ['s3'],
    needs: ['go'],
    obtain() {
      if (existsSync(program)) return;
      mkdirSync(directory, { recursive: true });
      run('go', ['install', `github.com/minio/minio@${versions.minio}`], { GOBIN: directory });
    },
    command: (port) => ({
      program,
      args: ['server', '--quiet', '--address', `127.0.0.1:${port}`, join(directory, `data-${port}`)],
      environment: { MINIO_ROOT_USER: 'conformance', MINIO_ROOT_PASSWORD: 'conformance-secret' },
    }),
  };
}

/** Copies an artifact and what it depends on into `lib` of the directory. */
function copyFromMaven(directory: string, groupId: string, artifactId: string, version: string): void {
  const library = join(directory, 'lib');
  if (existsSync(library) && readdirSync(library).some((file) => file.startsWith(`${artifactId}-${version}`))) return;
  mkdirSync(directory, { recursive: true });
  const dependency = `<groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>`;
  const project =
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>' +
    '<groupId>local</groupId><artifactId>oracle</artifactId><version>1</version>' +
    `<dependencies><dependency>${dependency}</dependency></dependencies></project>`;
  writeFileSync(join(directory, 'pom.xml'), project);
  run('mvn', ['-q', '-B', '-f', directory, 'dependency:copy-dependencies', `-DoutputDirectory=${library}`]);
}

function run(program: string, args: string[], environment: Record<string, string> = {}): void {
  execFileSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...environment } });
}

import { expect, test } from 'vitest';
import { parseGpuList } from './nvidia-smi.ts';

test('J3: cards of a server are read', () => {
  const output = [
    '0, GPU-5a3cbb3d-2b4b-1f3e-9d0e-6c8a1d1f0a11, NVIDIA A100-SXM4-80GB, 81920, 4, 0',
    '1, GPU-0d2f7f55-7d7e-33a1-0b8e-2c6f5b6a7c22, NVIDIA A100-SXM4-80GB, 81920, 61234, 97',
    '',
  ].join('\n');
  expect(parseGpuList(output)).toEqual([
    {
      index: 0,
      uuid: 'GPU-5a3cbb3d-2b4b-1f3e-9d0e-6c8a1d1f0a11',
      name: 'NVIDIA A100-SXM4-80GB',
      memoryTotalMiB: 81920,
      memoryUsedMiB: 4,
      utilizationPercent: 0,
    },
    {
      index: 1,
      uuid: 'GPU-0d2f7f55-7d7e-33a1-0b8e-2c6f5b6a7c22',
      name: 'NVIDIA A100-SXM4-80GB',
      memoryTotalMiB: 81920,
      memoryUsedMiB: 61234,
      utilizationPercent: 97,
    },
  ]);
});

test('J3: what a card does not tell is null, on unified memory and under MIG too', () => {
  const output =
    '0, GPU-5a3cbb3d-2b4b-1f3e-9d0e-6c8a1d1f0a11, NVIDIA GB10, [N/A], [Not Supported], [Unknown Error]\r\n';
  expect(parseGpuList(output)).toMatchObject([
    { name: 'NVIDIA GB10', memoryTotalMiB: null, memoryUsedMiB: null, utilizationPercent: null },
  ]);
});

test('J3: a name with commas is kept, and lines that are no cards are passed over', () => {
  const output = [
    'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.',
    'Unable to determine the device handle for GPU0000:01:00.0: GPU is lost.  Reboot the system to recover this GPU',
    '0, [Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error]',
    '1, GPU-0d2f7f55-7d7e-33a1-0b8e-2c6f5b6a7c22, Quadro, special, edition, 8192, 10, 3',
  ].join('\n');
  expect(parseGpuList(output)).toMatchObject([{ index: 1, name: 'Quadro, special, edition', memoryTotalMiB: 8192 }]);
  expect(parseGpuList('No devices were found\n')).toEqual([]);
});

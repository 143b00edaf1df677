import { cardFacts } from '@benchmate/shared/cards/card-facts';
import { toCycloneDx } from '@benchmate/shared/cards/export-cyclonedx';
import { toGoogleCard } from '@benchmate/shared/cards/export-google';
import { toSageMakerCard } from '@benchmate/shared/cards/export-sagemaker';
import { parseModelCard } from '@benchmate/shared/formats/model-card';

const writers = { cyclonedx: toCycloneDx, google: toGoogleCard, sagemaker: toSageMakerCard };
export type CardFormat = keyof typeof writers;

/** A card in another format. BAD_REQUEST when its front matter is not valid YAML. */
export function exportCard(text: string, format: CardFormat, fallbackName: string): object {
  return writers[format](cardFacts(parseModelCard(text), fallbackName));
}

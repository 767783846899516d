/**
 * The marks of the outbox: one per service and check, in groups of a service and its checks, so that a few of many cost no look at all
 * of them. Owns which mark is the last one; knows nothing of what is sent.
 */
import { type Concerned, type Subject, type SubjectKind, subjectOf } from './subject.ts';

export type MarkKind = 'put' | 'remove';

export interface Mark {
  readonly kind: MarkKind;
  /** '' for a service, and for a check of the node. */
  readonly serviceId: string;
  /** Of what is to be removed: it is not registered any more. */
  readonly token: string;
  /** A mark that was set again while its push was on the way is another one, and stays. */
  readonly number: number;
}

export interface Marked {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly mark: Mark;
}

/** Of one service, or of a service's checks, or of checks of the node. */
export interface MarkGroup {
  readonly service: Marked | undefined;
  readonly checks: readonly Marked[];
}

type Groups = Map<string, Map<Subject, Marked>>;

export class Marks {
  readonly #all = new Map<Subject, Marked>();
  /** By the id of the service; '' for checks of the node. */
  readonly #groups: Readonly<Record<MarkKind, Groups>> = { put: new Map(), remove: new Map() };
  #lastNumber = 0;

  get size(): number {
    return this.#all.size;
  }

  get(kind: SubjectKind, id: string): Mark | undefined {
    return this.#all.get(subjectOf(kind, id))?.mark;
  }

  has(subject: Subject): boolean {
    return this.#all.has(subject);
  }

  /** In place of the mark that it has. */
  set(kind: SubjectKind, id: string, mark: Omit<Mark, 'number'>): void {
    const subject = subjectOf(kind, id);
    this.#delete(subject);
    this.#lastNumber += 1;
    const marked: Marked = { kind, id, mark: { ...mark, number: this.#lastNumber } };
    this.#all.set(subject, marked);
    const groups = this.#groups[mark.kind];
    const group = groups.get(groupOf(marked));
    if (group === undefined) groups.set(groupOf(marked), new Map([[subject, marked]]));
    else group.set(subject, marked);
  }

  /** Unless it was set again. */
  clear({ kind, id, mark }: Marked): void {
    const subject = subjectOf(kind, id);
    if (this.#all.get(subject)?.mark === mark) this.#delete(subject);
  }

  /**
   * Each group that has a mark of this kind, or those that `only` belongs to; made one by one, as they are asked for. What is marked from
   * the first on is left out: its last write may be on the way still.
   */
  *groups(kind: MarkKind, only?: Concerned): Generator<MarkGroup> {
    const lastNumber = this.#lastNumber;
    const groups = this.#groups[kind];
    for (const key of only === undefined ? groups.keys() : this.#keysOf(only)) {
      const marked = [...(groups.get(key)?.values() ?? [])].filter(({ mark }) => mark.number <= lastNumber);
      const service = marked.find((each) => each.kind === 'service');
      if (marked.length > 0) yield { service, checks: marked.filter((each) => each !== service) };
    }
  }

  #keysOf(concerned: Concerned): Set<string> {
    const marked = concerned.map(([kind, id]) => this.#all.get(subjectOf(kind, id)));
    return new Set(marked.filter((each) => each !== undefined).map(groupOf));
  }

  #delete(subject: Subject): void {
    const marked = this.#all.get(subject);
    if (marked === undefined) return;
    this.#all.delete(subject);
    const groups = this.#groups[marked.mark.kind];
    const group = groups.get(groupOf(marked));
    group?.delete(subject);
    if (group?.size === 0) groups.delete(groupOf(marked));
  }
}

const groupOf = ({ kind, id, mark }: Marked): string => (kind === 'service' ? id : mark.serviceId);

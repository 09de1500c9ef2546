/** Words of tasks that wait for an answer. */

export const label = "Tasks that wait for you";
export const inFlow = (flow: string) => `In the flow ${flow}`;
export const andMore = (count: number) => `and ${count} more`;

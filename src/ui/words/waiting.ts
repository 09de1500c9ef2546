/** Words of tasks that wait for an answer. */

export const tasksThatWaitForYou = "Tasks that wait for you";
export const inTheFlow = ({ flow }: { flow: string }) => `In the flow ${flow}`;
export const andMore = ({ count }: { count: number }) => `and ${count} more`;

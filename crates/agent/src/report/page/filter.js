(()=>{const field=document.getElementById("filter"),all=selector=>[...document.querySelectorAll(selector)];
const folds=all("#decisions details"),rows=all("#decisions tbody tr"),shown=document.getElementById("shown");
let before=null;
if(field){field.closest(".filter").hidden=false;
field.addEventListener("input",()=>{const words=field.value.toLowerCase().split(/\s+/).filter(Boolean);let count=0;
if(words.length&&!before)before=folds.map(fold=>fold.open);
for(const row of rows){const text=row.textContent.toLowerCase();row.hidden=!words.every(word=>text.includes(word));count+=!row.hidden}
folds.forEach((fold,index)=>{fold.hidden=![...fold.querySelectorAll("tbody tr")].some(row=>!row.hidden);if(before)fold.open=words.length?!fold.hidden:before[index]});
if(!words.length)before=null;
shown.textContent=words.length?count+" of "+rows.length+" shown":""})}
const key=new URLSearchParams(location.search).get("code");
const go=event=>{if(!key||event.button>1)return;event.preventDefault();const to=new URL(event.currentTarget.href);to.searchParams.set("code",key);
if(event.button||event.ctrlKey||event.metaKey||event.shiftKey)open(to,"_blank","noopener");else location.assign(to)};
for(const link of all("#beside a"))for(const kind of ["click","auxclick"])link.addEventListener(kind,go);
let closed=[];addEventListener("beforeprint",()=>{closed=all("details:not([open])");closed.forEach(fold=>fold.open=true)});
addEventListener("afterprint",()=>{closed.forEach(fold=>fold.open=false);closed=[]})})();
